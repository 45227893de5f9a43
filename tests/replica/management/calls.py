"""How tests of the management canister ask it: as a person or as a canister, for one method, about one canister."""

from __future__ import annotations

from typing import Any

from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject, RejectCode
from tests.fixtures.notebook import Running, define_notebook
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, Reply, ScriptedEngine


def manage(
    replica: LocalReplica, method: str, canister_id: Principal, *, sender: Principal = ALICE, **args: Any
) -> Any:
    """An ingress call about a canister. Raises `Reject`."""
    return replica.manage(method, {"canister_id": canister_id, **args}, sender=sender, target=canister_id)


def set_up(replica: LocalReplica, canister_id: Principal, **settings: object) -> None:
    manage(replica, "update_settings", canister_id, settings=settings)


def query(replica: LocalReplica, method: str, canister_id: Principal, *, sender: Principal = ALICE, **args: Any) -> Any:
    """A query call about a canister. Raises `Reject`."""
    arg = INTERFACE.encode_args(method, {"canister_id": canister_id, **args})
    reply = replica.query(MANAGEMENT, method, arg, sender=sender, effective_canister_id=canister_id)
    return INTERFACE.decode_results(method, reply)[0]


# -- Calls by canisters ----------------------------------------------------------------------------------------------


def forward_to_management(ic: Ic, arg: bytes) -> Running:
    """Argument: cycles in 16 bytes, the method, a space, its argument. Replies with the code of a reject, or 0."""
    cycles = int.from_bytes(arg[:16], "big")
    method, _, payload = arg[16:].partition(b" ")
    response = yield CallOut(MANAGEMENT, method.decode(), payload, cycles)
    if isinstance(response, Reply):
        ic.reply(b"\x00" + response.arg)
    else:
        ic.reply(bytes([response.code]) + response.message.encode())


def manager_module(engine: ScriptedEngine, name: str = "manager") -> bytes:
    """A module whose `manage` forwards to the management canister."""
    return define_notebook(engine, name, updates={"manage": forward_to_management})


def manage_as_canister(
    replica: LocalReplica,
    manager: Principal,
    method: str,
    *,
    cycles: int = 0,
    encoded: bytes | None = None,
    **args: Any,
) -> Any:
    """The call, made by a canister that runs `manager_module`. Raises `Reject`."""
    payload = INTERFACE.encode_args(method, *([args] if args else [])) if encoded is None else encoded
    reply = replica.update(manager, "manage", cycles.to_bytes(16, "big") + method.encode() + b" " + payload)
    if reply[0]:
        raise Reject(RejectCode(reply[0]), reply[1:].decode())
    results = INTERFACE.decode_results(method, reply[1:])
    return results[0] if results else None


def changes(
    replica: LocalReplica, observer: Principal, canister_id: Principal, count: int = 20
) -> list[dict[str, Any]]:
    """The history of a canister, the oldest first, as another canister reads it."""
    info = manage_as_canister(replica, observer, "canister_info", canister_id=canister_id, num_requested_changes=count)
    recent: list[dict[str, Any]] = info["recent_changes"]
    return recent
