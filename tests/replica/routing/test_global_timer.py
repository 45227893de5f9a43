"""The global timer: armed in hooks and callbacks, gone with the code. When timers ring: `test_timers.py`."""

from __future__ import annotations

import pytest

from replica.principal import Principal
from tests.fixtures.notebook import NOTES, Running, define_notebook
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine


def ring(ic: Ic) -> None:
    ic.state.map_put(NOTES, b"note", b"rang")


@pytest.mark.parametrize("hook", ["init", "post_upgrade"])
def test_a_timer_that_a_hook_arms_rings(replica: LocalReplica, engine: ScriptedEngine, hook: str):
    def arm(ic: Ic, arg: bytes) -> None:
        ic.set_timer(5, "ring", repeat=False)

    module = define_notebook(
        engine,
        f"bell with {hook}",
        functions={"ring": ring},
        **{hook: arm},
    )
    canister = replica.canister(module)
    replica.install(canister, module, mode="upgrade" if hook == "post_upgrade" else "reinstall")
    replica.clock.advance(seconds=5)
    replica.run_until_idle()

    assert replica.query(canister, "read") == b"rang"


def test_uninstalling_clears_timers(replica: LocalReplica, engine: ScriptedEngine):
    module = define_notebook(engine, "bell", init=lambda ic, arg: ic.set_timer(5, "ring", repeat=False))
    canister = replica.canister(module)
    assert replica.core.next_timer_ns() is not None

    replica.manage("uninstall_code", {"canister_id": canister}, sender=ALICE, target=canister)

    assert replica.core.next_timer_ns() is None


def test_a_timer_armed_in_a_callback_rings(replica: LocalReplica, engine: ScriptedEngine, notebook: Principal):
    def arm_later(ic: Ic, arg: bytes) -> Running:
        yield CallOut(notebook, "whoami")
        ic.set_timer(0, "ring", repeat=False)
        ic.reply(b"")

    module = define_notebook(engine, "bell", updates={"arm_later": arm_later}, functions={"ring": ring})
    canister = replica.canister(module)
    replica.update(canister, "arm_later")
    replica.run_until_idle()

    assert replica.query(canister, "read") == b"rang"
