"""Amounts as people read and write them, and Candid for their eyes."""

import pytest

from parley import figures
from parley.candid_text import LINE_CHARACTERS_MAX, layout
from parley.problems import Problem
from replica.candid.did import parse_did
from replica.candid.text import parse


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("5m", 300), ("2h30m", 9_000), ("1d2h", 93_600), ("1w", 604_800)]
)
def test_durations_are_read(text, seconds):
    assert figures.parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "1.5h", "-1s", "١s", "1 h"])
def test_what_is_no_duration_is_a_problem(text):
    with pytest.raises(Problem, match="duration"):
        figures.parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59, "59 s"), (61, "1 m 1 s"), (93_600, "1 d 2 h"), (604_860, "1 w")]
)
def test_durations_are_written_with_their_two_largest_units(seconds, text):
    assert figures.duration(seconds) == text


@pytest.mark.parametrize(("text", "amount"), [("10T", 10**13), ("500b", 5 * 10**11), ("3M", 3_000_000), ("1_0", 10)])
def test_cycles_are_read(text, amount):
    assert figures.parse_cycles(text) == amount


LONG = """(record {
  names = vec { "alice"; "bob"; "a name that is long enough that nothing of this would fit on one line of text" };
  best = opt record { count = 1_000 : nat64; name = "another text that is long enough to need a line of its own" };
  outcome = variant { Failed = record { reason = "a reason that goes on for much longer than anybody would read it" } };
  pairs = vec { record { 1 : nat8; "one" } };
  nothing = null; number = opt (5 : nat8); code = blob "\\00\\01";
})"""
INTERFACE = parse_did("""service : { answer : () -> (record {
  names : vec text; best : opt record { count : nat64; name : text };
  outcome : variant { Ok; Failed : record { reason : text } };
  pairs : vec record { nat8; text }; nothing : opt text; number : opt nat8; code : blob }) }""")


def test_what_is_laid_out_reads_back_as_the_same():
    types = INTERFACE.method("answer").results
    values = parse(types, LONG)

    text = layout(types, values)

    assert parse(types, text) == values
    assert len(text.splitlines()) > 10
    assert "    pairs = vec { record { 0 = 1 : nat8; 1 = " in text


def test_what_fits_on_a_line_stays_on_one():
    types = parse_did("service : { f : () -> (text, nat) }").method("f").results

    assert layout(types, ("hello", 1_000_000)) == '("hello", 1_000_000 : nat)'
    assert max(map(len, layout(types, ("x" * LINE_CHARACTERS_MAX, 1)).splitlines())) > LINE_CHARACTERS_MAX


def test_what_a_canister_logs_moves_nobodys_cursor():
    assert figures.visible("a\tb\n\x1b[2Jc\x9b\r\x07") == "a\tb\n\\x1b[2Jc\\x9b\r\\x07"
