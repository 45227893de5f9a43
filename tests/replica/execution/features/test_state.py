"""What a canister remembers: stable maps in the order of their keys, raw stable memory, and small programs of both."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from replica.principal import MANAGEMENT, Principal
from replica.testing import LocalNetwork, Reject
from tests.replica.execution.features.conftest import Install, entry

PAGE = 65_536


# -- Maps --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "keys"),
    [
        ("int8_keys", [-128, -1, 0, 5, 127]),
        ("blob_keys", [b"", b"a", b"aa", b"b"]),
        ("bool_keys", [False, True]),
        ("principal_keys", [b"", b"\x09", b"\x01\x05", b"\x02\x00"]),
        ("pair_keys", [("a", 9), ("a", 10), ("b", 1)]),
        ("grade_keys", [{"Zero": None}, {"Low": 2}, {"Low": 7}, {"High": 0}]),
        ("option_keys", [None, 0, 5]),
        ("list_keys", [[], [1], [1, 5], [2]]),
        ("nat_keys", [3, 2**70]),
    ],
)
def test_a_map_is_in_the_order_of_its_keys_in_rust(install: Install, method: str, keys: list[Any]):
    canister = install("stable_structures")

    canister.update("fill")

    assert canister.query(method) == keys


def test_a_map_holds_functions_and_services(install: Install):
    canister = install("stable_structures")

    canister.update("fill")

    assert (MANAGEMENT, "call") in canister.query("callbacks")
    assert canister.query("services") == [MANAGEMENT] * 3


def test_what_a_map_gives_is_a_copy(install: Install):
    assert install("stable_structures").update("user", "alice") == {"name": "alice", "tags": []}


def test_a_map_outlives_upgrades_and_restarts(install: Install, replica: LocalNetwork):
    canister = install("stable_structures")
    canister.update("fill")

    canister.upgrade(entry("stable_structures"))
    replica.restart()

    assert canister.query("int8_keys") == [-128, -1, 0, 5, 127]


def test_a_key_is_found_put_and_removed(install: Install):
    store = install("key_value_store")

    assert store.query("is_empty") is True
    assert store.update("set", "a", "1") is None
    assert store.update("set", "a", "2") == "1"
    assert store.update("set", "b", "3") is None
    assert (store.query("get", "a"), store.query("get", "c"), store.query("has", "a")) == ("2", None, True)
    assert store.query("items") == [("a", "2"), ("b", "3")]
    assert store.query("size") == 2
    assert (store.update("delete", "a"), store.update("delete", "a")) == ("2", None)
    store.update("clear")
    assert store.query("is_empty") is True


@pytest.mark.parametrize(
    ("method", "values", "text"),
    [
        ("insert", ("123456", b""), "Key is too large. Expected <= 12 bytes, found 14 bytes"),
        ("insert", ("a", bytes(11)), "Value is too large. Expected <= 20 bytes, found 21 bytes"),
        ("insert_and_catch", ("123456",), "Key is too large. Expected <= 12 bytes, found 14 bytes"),
        ("insert_record", ("a" * 30,), "Value is too large. Expected <= 40 bytes, found "),
    ],
)
def test_what_is_too_large_for_a_map_is_a_panic_that_nobody_catches(
    install: Install, method: str, values: tuple[Any, ...], text: str
):
    canister = install("stable_map_limits")

    with pytest.raises(Reject) as reject:
        canister.update(method, *values)

    assert reject.value.error_code == "IC0503"
    assert f"Panicked at '{text}" in reject.value.message
    assert canister.query("get", "caught") is None


def test_what_just_fits_into_a_map_is_kept(install: Install):
    canister = install("stable_map_limits")

    canister.update("insert", "1234", bytes(10))

    assert canister.query("get", "1234") == bytes(10)


@pytest.mark.parametrize("method", ["get", "remove", "contains"])
def test_a_key_that_is_too_large_is_simply_not_there(install: Install, method: str):
    assert install("stable_map_limits").query(method, "far too long for this map") in (None, False)


def test_a_map_that_was_not_declared_does_not_exist(install: Install):
    with pytest.raises(Reject, match="LookupError: memory_id 7 does not have an associated StableBTreeMap"):
        install("stable_map_limits").query("undeclared")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ("max_key_size=50", "Panicked at 'max_key_size must be <= 40'"),
        ("max_value_size=300", "Panicked at 'max_value_size must be <= 200'"),
        ("max_key_size=30", "was made with max_key_size=40 and max_value_size=200, which cannot change"),
    ],
)
def test_a_map_with_entries_keeps_its_sizes(install: Install, tmp_path: Path, change: str, text: str):
    canister = install("stable_map_resized")
    canister.update("keep", "a", "1")

    with pytest.raises(Reject) as reject:
        canister.upgrade(resized(tmp_path, change))

    assert text in reject.value.message
    assert canister.query("kept", "a") == "1"


def test_a_map_without_entries_may_be_resized_and_a_map_may_be_left_alone(install: Install, tmp_path: Path):
    canister = install("stable_map_resized")

    canister.upgrade(resized(tmp_path, "max_key_size=50"))
    canister.update("keep", "a" * 40, "1")
    canister.upgrade(entry("counter"))
    canister.upgrade(resized(tmp_path, "max_key_size=50"))

    assert canister.query("kept", "a" * 40) == "1"


def test_a_value_that_does_not_decode_as_its_maps_type_traps(install: Install, tmp_path: Path):
    canister = install("stable_map_resized")
    canister.update("keep", "a", "not a number")

    canister.upgrade(resized(tmp_path, "StableBTreeMap[text, nat64]", of=r"StableBTreeMap\[text, text\]"))

    with pytest.raises(Reject, match=r"Canister called `ic0\.trap` with message: 'CandidError: "):
        canister.query("kept", "a")


def resized(tmp_path: Path, change: str, *, of: str | None = None) -> Path:
    """The same project with another size, or another type, of its map."""
    source = entry("stable_map_resized").read_text()
    changed = re.sub(of or change.partition("=")[0] + r"=\d+", change, source)
    assert changed != source
    path = tmp_path / "main.py"
    path.write_text(changed)
    return path


# -- Raw memory --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", ["", "64"])
def test_memory_grows_and_is_read_where_it_was_written(install: Install, bits: str):
    memory = install("stable_memory")

    assert memory.update(f"stable{bits}_grow", 2) == {"Ok": 0}
    assert memory.update(f"stable{bits}_grow", 0) == {"Ok": 2}
    memory.update(f"stable{bits}_write", PAGE - 2, b"abcd")

    assert memory.query(f"stable{bits}_read", PAGE - 3, 6) == b"\0abcd\0"
    assert memory.query(f"stable{bits}_size") == 2
    assert memory.query("stable_bytes") == bytes(PAGE - 2) + b"abcd" + bytes(PAGE - 2)


@pytest.mark.parametrize("bits", ["", "64"])
def test_memory_has_an_end(install: Install, bits: str):
    memory = install("stable_memory")
    memory.update("stable_grow", 1)

    for method, values in (("read", (PAGE - 1, 2)), ("write", (PAGE, b"a")), ("read", (2**32 - 1, 2**32 - 1))):
        with pytest.raises(Reject, match="stable memory out of bounds") as reject:
            memory.call(f"stable{bits}_{method}", *values)
        assert reject.value.error_code == "IC0502"


def test_memory_cannot_grow_without_end(install: Install):
    memory = install("stable_memory")

    assert memory.update("stable64_grow", 2**40) == {"Err": {"OutOfMemory": None}}
    assert memory.update("stable_grow", 2**32 - 1) == {"Err": {"OutOfMemory": None}}
    assert memory.query("stable64_size") == 0


def test_beyond_four_gibibytes_only_64_bits_reach(install: Install):
    memory = install("stable_memory")
    assert memory.update("stable64_grow", PAGE + 1) == {"Ok": 0}

    memory.update("stable64_write", 2**32 + 5, b"far away")

    assert memory.query("stable64_read", 2**32 + 5, 8) == b"far away"
    for method, values in (("stable_size", ()), ("stable_read", (0, 1)), ("stable_grow", (0,)), ("stable_bytes", ())):
        with pytest.raises(Reject, match="32 bit stable memory api used on a memory larger than 4GB"):
            memory.call(method, *values)


def test_memory_outlives_upgrades_and_not_traps_or_queries(install: Install):
    memory = install("stable_memory")
    memory.update("stable_grow", 1)
    memory.update("stable_write", 0, b"kept")

    with pytest.raises(Reject, match="undo it"):
        memory.update("write_and_trap", b"lost")
    assert memory.query("write_in_query", b"lost") == b"lost"
    memory.upgrade(entry("stable_memory"))

    assert memory.query("stable_read", 0, 4) == b"kept"


# -- Small programs ----------------------------------------------------------------------------------------------------


def test_a_counter(install: Install):
    counter = install("counter")

    assert [counter.update("increment_count") for _ in range(3)] == [1, 2, 3]
    assert counter.update("set_count", 10) == 10
    counter.upgrade(entry("counter"))
    assert counter.query("read_count") == 10


def test_a_token(install: Install):
    token = install("simple_erc20")
    token.update("initialize_supply", "TOKEN", "0", "Token", 1_000)

    assert token.update("transfer", "0", "1", 100) is True

    assert (token.query("balance", "0"), token.query("balance", "1")) == (900, 100)
    assert (token.query("ticker"), token.query("total_supply")) == ("Token", 1_000)


def test_a_transfer_of_more_than_there_is_traps_and_moves_nothing(install: Install):
    token = install("simple_erc20")
    token.update("initialize_supply", "TOKEN", "0", "Token", 1_000)

    with pytest.raises(Reject, match="OverflowError: Python int too large to convert to Rust u64"):
        token.update("transfer", "0", "1", 1_001)

    assert token.query("balance", "0") == 1_000


def test_user_accounts(install: Install):
    accounts = install("simple_user_accounts")

    alice = accounts.update("create_user", "alice")

    assert alice == {"id": "0", "username": "alice"}
    assert accounts.query("get_user_by_id", "0") == alice
    assert accounts.query("get_user_by_id", "1") is None
    assert accounts.query("get_all_users") == [alice]


def test_an_audio_recorder(install: Install):
    recorder = install("audio_recorder")
    alice = recorder.update("create_user", "alice")

    recording = recorder.update("create_recording", alice["id"], "song", b"la la")

    assert recorder.update("create_recording", MANAGEMENT, "song", b"") is None
    assert recorder.query("users")[0]["recordings"] == [recording["id"]]
    assert recorder.update("delete_recording", recording["id"]) == {"Ok": recording}
    assert recorder.update("delete_recording", recording["id"]) == {"Err": {"NoSuchRecording": recording["id"]}}
    assert recorder.query("users")[0]["recordings"] == []


def test_a_calculator(install: Install):
    calc = install("motoko_calc")

    assert [calc.update("add", 5), calc.update("mul", -4), calc.update("sub", 1)] == [5, -20, -21]
    assert calc.update("div", 0) is None
    assert calc.update("div", 2) == -11
    assert calc.update("clearall") == 0


def test_greetings_and_factorials(install: Install):
    hello = install("motoko_hello")

    assert hello.query("greet", "World") == "Hello, World!"
    assert hello.query("say", "This is a test.") == "This is a test."
    assert hello.query("fac", 20) == 2_432_902_008_176_640_000


def test_sorting(install: Install):
    assert install("motoko_quicksort").query("sort", [5, 3, 0, 9, -8]) == [-8, 0, 3, 5, 9]


def test_a_phone_book(install: Install):
    book = install("motoko_phone_book")
    book.update("insert", "alice", {"desc": "home", "phone": "1234"})

    assert book.query("lookup", "alice") == {"desc": "home", "phone": "1234"}
    assert book.query("lookup", "bob") is None


def test_superheroes(install: Install):
    heroes = install("motoko_superheroes")
    hero = {"name": "Superman", "superpowers": {"power": "invulnerability", "more": {"power": "flight", "more": None}}}

    assert heroes.update("create", hero) == 0
    assert heroes.query("read", 0) == hero
    assert heroes.update("change", 0, hero | {"superpowers": None}) is True
    assert heroes.update("change", 1, hero) is False
    assert (heroes.update("delete_hero", 0), heroes.update("delete_hero", 0)) == (True, False)


def test_things_to_do(install: Install):
    todo = install("motoko_to_do")
    for description in ("Create a project", "Test it"):
        todo.update("add_todo", description)

    todo.update("complete_todo", 0)
    assert todo.query("show_todos") == "\n___TO-DOs___\n(1) Create a project ✔\n(2) Test it"

    todo.update("clear_completed")
    assert todo.query("get_todos") == [{"description": "Test it", "completed": False}]


def test_who_am_i(install: Install, replica: LocalNetwork):
    somebody = replica.person("bob")
    canister = install("motoko_whoami", somebody)

    assert canister.query("installer") == canister.sender
    assert canister.query("argument") == somebody
    assert canister.as_("alice").query("whoami") == replica.person("alice")
    assert canister.query("id") == canister.id
    assert canister.update("id_of_this_one") == canister.id
    canister.upgrade(entry("motoko_whoami"), replica.person("carol"))
    assert canister.query("argument") == replica.person("carol")


def test_a_value_of_any_size_up_to_its_limit_is_the_same_afterwards(install: Install):
    recorder = install("audio_recorder")
    alice = recorder.update("create_user", "alice")
    audio = os.urandom(40_000)

    recording = recorder.update("create_recording", alice["id"], "noise", audio)

    assert bytes(recording["audio"]) == audio
    assert Principal(recording["owner"]) == alice["id"]
