"""One update call: what it keeps, what a trap undoes, and how its caller learns of it."""

from __future__ import annotations

import pytest

from replica.principal import Principal
from replica.reject import Reject, RejectCode
from replica.routing.requests import METHOD_NAME_CHARACTERS_MAX
from replica.state.directory import DirectoryError
from tests.fixtures.notebook import Running, define_notebook
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine

NOBODY = Principal.from_counter(0x8000_0000_001F_0000)


def test_an_update_is_kept_and_can_be_read(replica: LocalReplica, notebook: Principal):
    assert replica.update(notebook, "write", b"milk") == b"written"

    assert replica.query(notebook, "read") == b"milk"


def test_the_caller_is_who_sent_the_message(replica: LocalReplica, notebook: Principal):
    assert replica.update(notebook, "whoami", sender=ALICE) == ALICE


def test_a_trap_undoes_everything_and_says_why(replica: LocalReplica, notebook: Principal):
    replica.update(notebook, "write", b"milk")

    with pytest.raises(Reject) as failure:
        replica.update(notebook, "write_then_trap", b"poison")

    assert failure.value.code == RejectCode.CANISTER_ERROR
    assert failure.value.error_code == "IC0503"
    expected = f"Error from Canister {notebook}: Canister called `ic0.trap` with message: 'on purpose'"
    assert failure.value.message == expected
    assert replica.query(notebook, "read") == b"milk"


def test_a_trap_undoes_timers_certified_data_and_calls(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    def reach_out_then_trap(ic: Ic, arg: bytes) -> None:
        ic.set_timer(0, "never", repeat=False)
        ic.set_certified_data(b"never")
        ic.notify(notebook, "write", b"never", 1_000)
        raise ValueError("a bug in the canister")

    module = define_notebook(engine, "careless", updates={"reach_out": reach_out_then_trap})
    careless = replica.canister(module)
    before = replica.canister_status(careless)["cycles"]

    with pytest.raises(Reject, match="a bug in the canister"):
        replica.update(careless, "reach_out")

    assert replica.core.next_timer_ns() is None
    assert replica.query(notebook, "read") == b""
    price = before - replica.canister_status(careless)["cycles"]
    assert 0 < price < 100_000_000


def test_a_method_that_forgets_to_reply_keeps_its_changes_and_is_rejected(replica: LocalReplica, notebook: Principal):
    with pytest.raises(Reject, match="did not produce a response") as failure:
        replica.update(notebook, "write_silently", b"milk")

    assert failure.value.error_code == "IC0506"
    assert replica.query(notebook, "read") == b"milk"


def test_replying_twice_traps(replica: LocalReplica, notebook: Principal):
    with pytest.raises(Reject, match="violated contract") as failure:
        replica.update(notebook, "reply_twice")

    assert failure.value.error_code == "IC0504"


def test_an_explicit_rejection_is_passed_on_unchanged(replica: LocalReplica, notebook: Principal):
    with pytest.raises(Reject) as failure:
        replica.update(notebook, "refuse")

    assert (failure.value.code, failure.value.message) == (RejectCode.CANISTER_REJECT, "not today")
    assert failure.value.error_code == "IC0406"


def test_an_unknown_method_is_rejected(replica: LocalReplica, notebook: Principal):
    with pytest.raises(Reject, match=r"Canister has no update method 'sing'\.") as failure:
        replica.update(notebook, "sing")

    assert (failure.value.code, failure.value.error_code) == (RejectCode.CANISTER_ERROR, "IC0536")


def test_a_query_method_can_be_called_and_keeps_nothing(replica: LocalReplica, engine: ScriptedEngine):
    def write_and_read(ic: Ic, arg: bytes) -> None:
        ic.state.map_put(0, b"note", arg)
        ic.reply(ic.state.map_get(0, b"note"))

    notebook = replica.canister(define_notebook(engine, "peek", queries={"write_and_read": write_and_read}))

    assert replica.update(notebook, "write_and_read", b"fleeting") == b"fleeting"
    assert replica.query(notebook, "read") == b""


@pytest.mark.parametrize("is_query", [False, True])
def test_a_canister_that_does_not_exist_is_not_found(replica: LocalReplica, is_query: bool):
    with pytest.raises(Reject, match=f"Canister {NOBODY} not found") as failure:
        (replica.query if is_query else replica.update)(NOBODY, "read")

    assert (failure.value.code, failure.value.error_code) == (RejectCode.DESTINATION_INVALID, "IC0301")


@pytest.mark.parametrize("is_query", [False, True])
def test_an_empty_canister_refuses_messages(replica: LocalReplica, is_query: bool):
    empty = replica.create_canister()

    with pytest.raises(Reject, match="contains no Wasm module") as failure:
        (replica.query if is_query else replica.update)(empty, "read")

    assert failure.value.error_code == "IC0537"


def test_a_canister_out_of_cycles_refuses_messages_and_runs_again_when_topped_up(
    replica: LocalReplica, notebook_module: bytes
):
    poor = replica.canister(notebook_module, cycles=1_000)

    with pytest.raises(Reject, match=f"Canister {poor} is out of cycles: please top up") as failure:
        replica.update(poor, "write", b"milk")
    assert (failure.value.code, failure.value.error_code) == (RejectCode.SYS_TRANSIENT, "IC0207")

    top_up = {"canister_id": poor, "amount": 1_000_000_000}
    replica.manage("provisional_top_up_canister", top_up, sender=ALICE, target=poor)
    assert replica.update(poor, "write", b"milk") == b"written"


def test_an_argument_above_the_limit_is_refused_on_arrival(replica: LocalReplica, notebook: Principal):
    with pytest.raises(Reject, match="exceeds the limit"):
        replica.submit(notebook, "write", bytes(2 * 2**20 + 1))

    assert replica.update(notebook, "write", bytes(2 * 2**20)) == b"written"


def test_a_reply_above_the_limit_traps(replica: LocalReplica, engine: ScriptedEngine):
    def babble(ic: Ic, arg: bytes) -> None:
        ic.reply(bytes(int(arg)))

    module = define_notebook(engine, "babbler", updates={"babble": babble}, queries={"mumble": babble})
    babbler = replica.canister(module)

    assert len(replica.update(babbler, "babble", b"%d" % 2**21)) == 2**21
    assert len(replica.query(babbler, "mumble", b"%d" % 2**21)) == 2**21
    with pytest.raises(Reject, match="exceeds the limit"):
        replica.update(babbler, "babble", b"%d" % (2**21 + 1))
    with pytest.raises(Reject, match="exceeds the limit"):
        replica.query(babbler, "mumble", b"%d" % (3 * 2**20 + 1))


def test_text_that_is_no_unicode_harms_nobody(replica: LocalReplica, engine: ScriptedEngine):
    def fail_oddly(ic: Ic, arg: bytes) -> None:
        raise ValueError("half a \ud83d")

    def refuse_oddly(ic: Ic, arg: bytes) -> None:
        ic.reject("half a \ud83d")

    def call_oddly(ic: Ic, arg: bytes) -> Running:
        yield CallOut(ic.canister_id, "half a \ud83d")

    updates = {"fail": fail_oddly, "refuse": refuse_oddly, "call": call_oddly}
    odd = replica.canister(define_notebook(engine, "odd", updates=updates, queries={"fail_in_query": fail_oddly}))

    for method in updates:
        with pytest.raises(Reject, match=r"half a|surrogates not allowed"):
            replica.update(odd, method)
    with pytest.raises(Reject, match="half a"):
        replica.query(odd, "fail_in_query")


def test_time_stands_still_within_a_message_and_never_runs_back(replica: LocalReplica, engine: ScriptedEngine):
    def what_time(ic: Ic, arg: bytes) -> None:
        ic.reply(b"%d %d" % (ic.time_ns, ic.time_ns))

    clock_canister = replica.canister(define_notebook(engine, "clock", updates={"what_time": what_time}))
    first = replica.update(clock_canister, "what_time").split()
    replica.clock.advance(seconds=5)
    second = replica.update(clock_canister, "what_time").split()

    assert first[0] == first[1]
    assert int(second[0]) - int(first[0]) == 5_000_000_000


def test_printing_and_traps_are_logged(replica: LocalReplica, engine: ScriptedEngine):
    def say(ic: Ic, arg: bytes) -> None:
        ic.debug_print(arg.decode())
        ic.reply(b"")

    talker = replica.canister(define_notebook(engine, "talker", updates={"say": say}))
    replica.update(talker, "say", b"hello")
    with pytest.raises(Reject):
        replica.update(talker, "write_then_trap")

    assert replica.logs(talker)[0] == "hello"
    assert "[TRAP]" in replica.logs(talker)[1]
    assert "on purpose" in replica.logs(talker)[1]


def test_a_second_replica_on_the_same_directory_is_refused(replica: LocalReplica):
    with pytest.raises(DirectoryError, match="in use"):
        LocalReplica(replica.directory, engine=replica.engine, clock=replica.clock, rng=replica.rng)


@pytest.mark.parametrize("characters", [1_000, METHOD_NAME_CHARACTERS_MAX, METHOD_NAME_CHARACTERS_MAX + 1])
def test_a_refusal_quotes_a_long_name_in_short(replica: LocalReplica, notebook: Principal, characters: int):
    with pytest.raises(Reject, match="Canister has no update method 'xxx") as refused:
        replica.update(notebook, "x" * characters)

    assert len(refused.value.message) < 500


def test_a_canister_calls_no_name_that_is_too_long(replica: LocalReplica, engine: ScriptedEngine, notebook: Principal):
    def call_on(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(notebook, "x" * int(arg))
        ic.reply(repr(response).encode())

    caller = replica.canister(define_notebook(engine, "caller", updates={"call_on": call_on}))

    answer = replica.update(caller, "call_on", b"%d" % METHOD_NAME_CHARACTERS_MAX)
    assert b"Canister has no" in answer
    assert len(answer) < 500
    with pytest.raises(Reject, match="exceeds the limit") as refused:
        replica.update(caller, "call_on", b"%d" % (METHOD_NAME_CHARACTERS_MAX + 1))
    assert refused.value.error_code == "IC0504"
