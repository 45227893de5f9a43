"""The log of a canister: what replicated executions print, and why they trapped."""

from __future__ import annotations

import pytest

from replica.principal import Principal
from replica.reject import Reject, Trap
from tests.fixtures.notebook import Running, define_notebook
from tests.fixtures.replica import LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine, trap


def say(ic: Ic, arg: bytes) -> None:
    ic.debug_print(arg.decode())
    ic.reply(b"")


def say_and_trap(ic: Ic, arg: bytes) -> None:
    ic.debug_print("about to")
    trap(arg.decode())


def go_out_of_bounds(ic: Ic, arg: bytes) -> None:
    raise Trap("stable memory out of bounds", "IC0502")


def say_around_a_call(ic: Ic, arg: bytes) -> Running:
    ic.debug_print("before")
    yield CallOut(ic.canister_id, "whoami")
    ic.debug_print("after")
    trap("in the callback")


def ring(ic: Ic) -> None:
    ic.debug_print("ring")
    trap("the bell broke")


def arm(ic: Ic, arg: bytes) -> None:
    ic.set_timer(0, "ring", repeat=False)
    ic.reply(b"")


@pytest.fixture
def talker(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    updates = {"trap": say_and_trap, "bounds": go_out_of_bounds, "around": say_around_a_call, "arm": arm}
    queries = {"say": say, "trap_in_query": say_and_trap}
    module = define_notebook(engine, "talker", updates=updates, queries=queries, functions={"ring": ring})
    return replica.canister(module)


@pytest.mark.parametrize(
    ("method", "arg", "record"),
    [
        ("trap", b"on purpose", "[TRAP]: on purpose"),
        ("trap", b"", "[TRAP]: (no message)"),
        ("trap_in_query", b"on purpose", "[TRAP]: on purpose"),
        ("bounds", b"", "[TRAP]: stable memory out of bounds"),
    ],
)
def test_a_trap_is_logged_behind_what_was_printed(
    replica: LocalReplica, talker: Principal, method: str, arg: bytes, record: str
):
    with pytest.raises(Reject):
        replica.update(talker, method, arg)

    assert replica.logs(talker)[-1] == record
    assert replica.logs(talker)[:-1] == ([] if method == "bounds" else ["about to"])


def test_a_query_that_is_called_as_an_update_is_logged_and_one_that_is_asked_is_not(
    replica: LocalReplica, talker: Principal
):
    replica.query(talker, "say", b"asked")
    assert replica.logs(talker) == []

    replica.update(talker, "say", b"called")

    assert replica.logs(talker) == ["called"]


def test_both_sides_of_an_await_are_logged(replica: LocalReplica, talker: Principal):
    with pytest.raises(Reject, match="in the callback"):
        replica.update(talker, "around")

    assert replica.logs(talker) == ["before", "after", "[TRAP]: in the callback"]


def test_timers_are_logged(replica: LocalReplica, talker: Principal):
    replica.update(talker, "arm")
    replica.run_until_idle()

    assert replica.logs(talker) == ["ring", "[TRAP]: the bell broke"]


def test_an_upgrade_that_fails_leaves_its_reason_in_the_log(
    replica: LocalReplica, engine: ScriptedEngine, talker: Principal
):
    replica.update(talker, "say", b"before")

    def post_upgrade(ic: Ic, arg: bytes) -> None:
        ic.debug_print("upgrading")
        trap("cannot upgrade")

    broken = define_notebook(engine, "broken", post_upgrade=post_upgrade)
    with pytest.raises(Reject, match="cannot upgrade"):
        replica.install(talker, broken, mode="upgrade")

    assert replica.logs(talker) == ["before", "upgrading", "[TRAP]: cannot upgrade"]


def test_a_first_installation_that_fails_leaves_its_reason_too(replica: LocalReplica, engine: ScriptedEngine):
    empty = replica.create_canister()
    broken = define_notebook(engine, "broken", init=lambda ic, arg: trap("cannot begin"))

    with pytest.raises(Reject, match="cannot begin"):
        replica.install(empty, broken)

    assert replica.logs(empty) == ["[TRAP]: cannot begin"]


def test_a_reinstallation_begins_a_new_log(replica: LocalReplica, engine: ScriptedEngine, talker: Principal):
    replica.update(talker, "say", b"before")

    fresh = define_notebook(engine, "fresh", init=lambda ic, arg: ic.debug_print("hello"))
    replica.install(talker, fresh, mode="reinstall")

    assert replica.logs(talker) == ["hello"]
