"""What goes wrong in canister code becomes a trap, whatever that code does about it."""

from __future__ import annotations

import pytest

from replica.reject import Trap
from tests.replica.execution.fake_system import ROOT, FakeCanister, canister


@pytest.fixture
def failing() -> FakeCanister:
    return canister("failing")


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("key_error", "KeyError: 'x'"),
        ("own_error", "Missing: the thing"),
        ("assertion", "AssertionError: no words"),
    ],
)
def test_an_exception_is_a_trap_with_its_bare_name(failing: FakeCanister, method: str, text: str) -> None:
    with pytest.raises(Trap) as trap:
        failing.update(method)

    assert trap.value.message == text
    assert trap.value.error_code == "IC0503"


def test_an_exception_undoes_what_came_before_it(failing: FakeCanister) -> None:
    with pytest.raises(Trap):
        failing.update("key_error")

    assert failing.query("word", "key_error") == ""


def test_the_log_says_where_canister_code_failed(failing: FakeCanister) -> None:
    with pytest.raises(Trap):
        failing.update("own_error")

    source = (ROOT / "canisters/failing/main.py").read_text().splitlines()
    line = 1 + next(number for number, text in enumerate(source) if "raise Missing" in text)
    assert failing.log == [f"Missing: the thing\n  canisters/failing/main.py:{line} in own_error"]


def test_endless_recursion_is_a_trap(failing: FakeCanister) -> None:
    with pytest.raises(Trap, match="RecursionError"):
        failing.update("recursion")


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("interrupt", "KeyboardInterrupt: "),
        ("unusual", "Unusual: of its own"),
        ("speechless", "Attribute Error: 'Speechless' object has no attribute '__str__'"),
    ],
)
def test_whatever_code_raises_is_a_trap(failing: FakeCanister, method: str, text: str) -> None:
    with pytest.raises(Trap) as trap:
        failing.update(method)

    assert trap.value.message == text


def test_leaving_the_process_is_a_trap(failing: FakeCanister) -> None:
    with pytest.raises(Trap, match="SystemExit"):
        failing.update("leave")


def test_a_trap_is_not_caught_and_finally_cannot_act(failing: FakeCanister) -> None:
    with pytest.raises(Trap, match="not to be caught"):
        failing.update("trap_in_try")

    assert failing.query("word", "finally") == ""


@pytest.mark.parametrize(
    ("method", "text"), [("trap_suppressed", "suppressed"), ("bad_context_suppressed", "msg_cycles_refunded")]
)
def test_a_trap_that_was_swallowed_still_ends_the_message(failing: FakeCanister, method: str, text: str) -> None:
    with pytest.raises(Trap, match=text):
        failing.update(method)


def test_a_map_nobody_declared_is_a_lookup_error(failing: FakeCanister) -> None:
    assert failing.update("missing_map") == "memory_id 99 does not have an associated StableBTreeMap"


def test_candid_texts_are_encoded_and_decoded(failing: FakeCanister) -> None:
    data = failing.query("encode", '(1 : nat8, "a")')

    assert data == b"DIDL\x00\x02\x7b\x71\x01\x01a"
    assert "1 : nat8" in failing.query("decode", data)


def test_a_bad_candid_text_is_kybras_candid_error(failing: FakeCanister) -> None:
    with pytest.raises(Trap, match="CandidError: "):
        failing.query("encode", "(")


def test_performance_counters_can_be_read(failing: FakeCanister) -> None:
    assert failing.query("counters") == 2_001
