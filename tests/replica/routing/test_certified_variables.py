"""Certified variables: where they may be set, and what takes them away. How they are read: `test_queries.py`."""

from __future__ import annotations

import pytest

from replica.principal import Principal
from replica.reject import Reject
from tests.fixtures.notebook import define_notebook
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import Ic, ScriptedEngine, trap


def certified_data(replica: LocalReplica, canister_id: Principal) -> bytes:
    canister = replica.core._state.canisters.get(canister_id)
    assert canister is not None
    return canister.certified_data


def certify(ic: Ic, arg: bytes) -> None:
    ic.set_certified_data(b"first")
    ic.set_certified_data(b"second")
    if arg == b"trap":
        trap("not certified")
    ic.reply(b"")


@pytest.mark.parametrize("hook", ["init", "pre_upgrade", "post_upgrade"])
def test_certified_data_may_be_set_in_hooks(replica: LocalReplica, engine: ScriptedEngine, hook: str):
    def set_it(ic: Ic, arg: bytes = b"") -> None:
        ic.set_certified_data(hook.encode())

    module = define_notebook(engine, f"with {hook}", **{hook: set_it})
    canister = replica.canister(module)
    assert certified_data(replica, canister) == (b"init" if hook == "init" else b"")

    replica.install(canister, module, mode="upgrade")

    assert certified_data(replica, canister) == hook.encode()


@pytest.mark.parametrize("end", ["uninstall", "reinstall"])
def test_certified_data_is_cleared_with_the_code(replica: LocalReplica, engine: ScriptedEngine, end: str):
    module = define_notebook(engine, "certifying", updates={"certify": certify})
    canister = replica.canister(module)
    replica.update(canister, "certify")
    assert certified_data(replica, canister) == b"second"
    with pytest.raises(Reject, match="not certified"):
        replica.update(canister, "certify", b"trap")
    assert certified_data(replica, canister) == b"second"

    if end == "uninstall":
        replica.manage("uninstall_code", {"canister_id": canister}, sender=ALICE, target=canister)
    else:
        replica.install(canister, module, mode="reinstall")

    assert certified_data(replica, canister) == b""
