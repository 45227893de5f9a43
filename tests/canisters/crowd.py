"""Groups of ten thousand, without ten thousand installations: modules with one more method that fills their maps.

The method uses the canister's own functions for adding a member or a subscription, so what it leaves behind is what as
many calls would have left.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from replica.candid.codec import decode, encode
from replica.candid.types import Prim
from replica.principal import Principal
from tests.fixtures.people import OPERATOR, System

_FILL_GROUP: Final = '''"""Adds members that no canister stands behind."""

from kybra import nat32, update, void

from canisters.group import members, state
from canisters.group.model import permissions
from canisters.lib import env


@update
def fill(count: nat32) -> void:
    totals = state.load_totals()
    for number in range(count):
        members.add(
            totals,
            user_id=number.to_bytes(8, "big") + bytes([2, 1]),
            principal=number.to_bytes(28, "big") + bytes([2]),
            role=permissions.PARTICIPANT,
            is_muted=False,
            now_ms=env.now_ms(),
        )
    state.save_totals(totals)
'''

_FILL_NOTIFICATIONS: Final = '''"""Adds subscriptions of people whom no canister stands behind."""

from kybra import nat32, nat64, query, update, void

from canisters.notifications import state, subscribers


@update
def fill(count: nat32) -> void:
    for number in range(count):
        user_id = number.to_bytes(8, "big") + bytes([2, 1])
        one = {"e": "https://push.example.org/" + str(number), "p": "p" * 87, "a": "a" * 22, "t": 2**50}
        subscribers.save(user_id, [], [one])


@query
def records() -> nat64:
    return state.RECORDS.len()
'''


def fillable_group(canisters: Path) -> None:
    _add_methods(canisters, "group", "updates", _FILL_GROUP, ("fill",), "fill : (nat32) -> ();")


def fillable_notifications(canisters: Path) -> None:
    methods = "fill : (nat32) -> (); records : () -> (nat64) query;"
    _add_methods(canisters, "notifications", "updates", _FILL_NOTIFICATIONS, ("fill", "records"), methods)


def user_id(number: int) -> Principal:
    return Principal(number.to_bytes(8, "big") + b"\x02\x01")


def fill(system: System, canister_id: Principal, count: int) -> None:
    system.replica.update(canister_id, "fill", encode([Prim("nat32")], [count]), sender=OPERATOR)


def record_count(system: System) -> int:
    """How many records the notifications canister holds, further pieces of long ones included."""
    answer = system.replica.query(system.deployment["notifications"], "records", b"DIDL\x00\x00")
    return int(decode([Prim("nat64")], answer)[0])


def _add_methods(canisters: Path, name: str, folder: str, source: str, methods: tuple[str, ...], did: str) -> None:
    (canisters / name / folder / "fill.py").write_text(source)
    main = canisters / name / "main.py"
    main.write_text(main.read_text() + f"from canisters.{name}.{folder}.fill import {', '.join(methods)}\n")
    interface = canisters / name / f"{name}.did"
    head, _, tail = interface.read_text().rpartition("}")
    interface.write_text(f"{head}  {did}\n}}{tail}")
    if name == "group":
        # Whoever fills a group is no member of it.
        lifecycle = canisters / name / "lifecycle.py"
        lifecycle.write_text(
            lifecycle.read_text()
            .replace('not ic.method_name().startswith("c2c_")', "True")
            .replace("access.caller() is not None", "True")
        )
