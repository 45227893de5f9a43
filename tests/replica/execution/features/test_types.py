"""Types: what goes in comes out, as the Python value Kybra gives; what does not convert traps with Kybra's words."""

from __future__ import annotations

from typing import Any

import pytest

from replica.principal import ANONYMOUS, MANAGEMENT, Principal
from replica.testing import Reject
from tests.replica.execution.features.conftest import Install

ID = Principal.from_counter(7)
LEAF = {"name": "leaf", "children": []}
CHAIN = {"Cons": {"head": 1, "tail": {"Cons": {"head": 2, "tail": {"Nil": None}}}}}
FUNC = (ID, "tell")

ECHOES: list[tuple[str, str, Any]] = [
    ("primitive_types", "echo_int", -(2**100)),
    ("primitive_types", "echo_int64", -(2**63)),
    ("primitive_types", "echo_int32", 2**31 - 1),
    ("primitive_types", "echo_int16", -(2**15)),
    ("primitive_types", "echo_int8", 127),
    ("primitive_types", "echo_nat", 2**100),
    ("primitive_types", "echo_nat64", 2**64 - 1),
    ("primitive_types", "echo_nat32", 2**32 - 1),
    ("primitive_types", "echo_nat16", 65_535),
    ("primitive_types", "echo_nat8", 255),
    ("primitive_types", "echo_float64", 0.1),
    ("primitive_types", "echo_float32", 0.25),
    ("primitive_types", "echo_bool", True),
    ("primitive_types", "echo_text", "grüße 🎉"),
    ("primitive_types", "echo_str", ""),
    ("blobs", "echo", b"\x00\xff"),
    ("blobs", "echo_vec", b"\x01\x02"),
    ("blobs", "nested", [b"a", b""]),
    ("optional_types", "echo", 5),
    ("optional_types", "echo", None),
    ("optional_types", "of_null", None),
    ("optional_types", "nested", 5),
    ("optional_types", "elements", {"text": None, "tags": ["a", "b"]}),
    ("null_example", "echo", None),
    ("null_example", "many", [None, None, None]),
    ("null_example", "record", {"first": None, "second": -5, "third": None}),
    ("null_example", "choice", {"Nothing": None}),
    ("principals", "echo", ID),
    ("principals", "echo", MANAGEMENT),
    ("principals", "many", [ID, ANONYMOUS]),
    ("tuple_types", "echo", ("a", 1)),
    ("tuple_types", "inline", ("a", (1, True))),
    ("tuple_types", "one", ("a",)),
    ("tuple_types", "page", {"headers": [("name", "value"), ("", "")]}),
    ("vectors", "numbers", [1, 2, 3]),
    ("vectors", "points", [{"x": 1, "y": 2}]),
    ("list_of_lists", "texts", [["a"], [], ["b", "c"]]),
    ("list_of_lists", "deep", [[[[1, 2], []], [[3]]], []]),
    ("list_of_lists", "blobs", [[b"a", b"b"], [b""]]),
    ("list_of_lists", "nulls", [[None], [None, None]]),
    ("list_of_lists", "options", [[1.5, None], []]),
    ("list_of_lists", "principals", [[ID], [MANAGEMENT, ANONYMOUS]]),
    ("list_of_lists", "records", [[{"name": "a", "of": [["b"]]}]]),
    ("records", "echo", {"id": 1, "name": "a", "friend": {"id": 2, "name": "b", "friend": None}}),
    ("records", "empty", {}),
    ("variants", "echo", {"Group": [{"Point": None}, {"Square": {"side": 2.0}}]}),
    ("recursive_types", "tree", {"name": "root", "children": [LEAF, {"name": "inner", "children": [LEAF]}]}),
    ("recursive_types", "chain", CHAIN),
    ("recursive_types", "link", (1, (2, None))),
    ("type_aliases", "echo", {"id": 1, "name": "alice", "friends": [2, 3]}),
    ("type_aliases", "ids", [1, 2]),
    ("type_aliases", "maybe", None),
    ("type_aliases", "built_in", 60),
    ("keywords", "python", {"from": "a", "class": "b", "lambda": 1, "None": 2}),
    ("keywords", "rust", {"type": "a", "fn": "b", "match": 1, "self_type": 2}),
    ("keywords", "verb", {"import": None}),
    ("func_types", "basic", FUNC),
    ("func_types", "many", [FUNC, (MANAGEMENT, "raw_rand")]),
    ("func_types", "listener", FUNC),
    ("func_types", "inline", FUNC),
    ("func_types", "user", {"id": "a", "basic_func": FUNC}),
    ("func_types", "reaction", {"BasicFunc": FUNC}),
    ("annotated", "finder", FUNC),
]


@pytest.mark.parametrize(("feature", "method", "value"), ECHOES)
def test_a_value_comes_back_as_it_was_sent(install: Install, feature: str, method: str, value: Any):
    assert install(feature).call(method, value) == value


MADE: list[tuple[str, str, tuple[Any, ...], Any]] = [
    ("primitive_types", "python_names", (1, 0.5, True, "a"), "int float bool str"),
    ("primitive_types", "echo_float32", (0.1,), 0.10000000149011612),
    ("blobs", "kind", (b"",), "bytes"),
    ("blobs", "from_list", (), b"\x01\x02\xff"),
    ("blobs", "from_bytearray", (), b"abc"),
    ("blobs", "from_range", (), b"\x00\x01\x02"),
    ("blobs", "length", (bytes(1_000_000),), 1_000_000),
    ("optional_types", "nothing", (), None),
    ("optional_types", "zero", (), 0),
    ("void_reserved_empty", "nothing", (), None),
    ("void_reserved_empty", "anything", (None,), "None"),
    ("void_reserved_empty", "any_result", (), None),
    ("principals", "from_text", ("aaaaa-aa",), MANAGEMENT),
    ("principals", "from_hex", ("04",), ANONYMOUS),
    ("principals", "shown", (ANONYMOUS,), ["2vxsx-fae", "2vxsx-fae", "04", "1", "True"]),
    ("principals", "raw", (ID,), bytes(ID)),
    ("principals", "well_known", (), [ANONYMOUS, MANAGEMENT]),
    ("principals", "of_key", (b"key",), Principal.self_authenticating(b"key")),
    ("principals", "equality", (ID,), [True, False, False]),
    ("tuple_types", "more_than_asked_for", (), ("a", 1)),
    ("tuple_types", "keep", (("a", 1),), ("a", 1)),
    ("vectors", "numbers_from_map", (), [0, 1, 4, 9]),
    ("vectors", "numbers_from_tuple", (), [1, 2]),
    ("vectors", "letters", (), ["a", "b", "c"]),
    ("vectors", "callers", ([ID, ID],), 2),
    ("records", "keys", ({"name": "a", "id": 1, "friend": None},), ["id", "name", "friend"]),
    ("records", "more_keys", (), {"id": 1, "name": "alice", "friend": None}),
    ("records", "from_object", (), {"id": 7, "name": "carol", "friend": None}),
    ("variants", "area", ({"Circle": 2.0},), 12.0),
    ("variants", "area", ({"Square": {"side": 3.0}},), 9.0),
    ("variants", "area", ({"Group": []},), -1.0),
    ("variants", "two_keys", (), {"Point": None}),
    ("variants", "names", ({"Point": None},), ["Point"]),
    ("recursive_types", "depth", ({"name": "root", "children": [LEAF]},), 2),
    ("keywords", "keys_in_python", ({"from": "", "class": "", "lambda": 1, "None": 2},), "from_ class_ lambda_ None_"),
    ("func_types", "complex_func", (), (MANAGEMENT, "stop_canister")),
    ("func_types", "parts", (FUNC,), [ID.text, "tell", "tuple"]),
    ("func_types", "keep", (FUNC,), FUNC),
    ("annotated", "add", ({"name": "alice", "friends": []},), 4),
    ("match", "word", ({"Maybe": 5},), "5 %"),
    ("match", "default", ({"Yes": None},), "None"),
    ("candid_encoding", "encode", ('(1 : nat8, "a")',), b"DIDL\x00\x02\x7b\x71\x01\x01a"),
    ("candid_encoding", "decode", (b"DIDL\x00\x02\x7b\x71\x01\x01a",), '(1 : nat8, "a")'),
    ("candid_encoding", "encode_or_complain", ("(((",), "a CandidError"),
    ("candid_encoding", "decode_or_complain", (b"nonsense",), "a CandidError"),
]


@pytest.mark.parametrize(("feature", "method", "values", "result"), MADE)
def test_a_value_becomes_what_kybra_makes_of_it(
    install: Install, feature: str, method: str, values: tuple[Any, ...], result: Any
):
    assert install(feature).call(method, *values) == result


TRAPS: list[tuple[str, str, tuple[Any, ...], str]] = [
    ("blobs", "from_generator", (), "AttributeError: 'int' object has no attribute 'name'"),
    ("blobs", "too_large", (), "OverflowError: Python int too large to convert to Rust u8"),
    ("optional_types", "forgotten_key", (), "KeyError: 'tags'"),
    ("null_example", "payload_that_is_no_null", (), "TypeError: expected NoneType but received str"),
    ("null_example", "result_that_is_no_null", (), "TypeError: expected NoneType but received int"),
    ("void_reserved_empty", "something_for_nothing", (), "TypeError: expected NoneType but received int"),
    ("void_reserved_empty", "never", (), "TypeError: value cannot be converted to Empty"),
    ("principals", "from_text", ("nonsense",), "Exception: principal format error"),
    ("tuple_types", "list_for_tuple", (), "TypeError: Expected type 'tuple' but 'list' found"),
    ("tuple_types", "too_short", (), "IndexError: tuple index out of range"),
    ("vectors", "naturals_from_tuple", (), "TypeError: Expected type 'list' but 'tuple' found"),
    ("vectors", "points_from_tuple", (), "TypeError: Expected type 'list' but 'tuple' found"),
    ("vectors", "bad_element", (), "TypeError: Could not convert value to Vec"),
    ("records", "missing_key", (), "KeyError: 'friend'"),
    ("records", "wrong_type", (), "TypeError: Expected type 'str' but 'int' found"),
    ("variants", "no_key", (), "TypeError: Enum variant does not exist"),
    ("variants", "no_match", ({"Circle": 1.0},), "Exception: No matching case found"),
    ("func_types", "half_a_func", (), "TypeError: could not convert value to Func, missing method"),
    ("candid_encoding", "decode", (b"nonsense",), "CandidError: "),
]


@pytest.mark.parametrize(("feature", "method", "values", "text"), TRAPS)
def test_a_value_that_does_not_convert_traps(
    install: Install, feature: str, method: str, values: tuple[Any, ...], text: str
):
    with pytest.raises(Reject) as reject:
        install(feature).call(method, *values)

    assert reject.value.error_code == "IC0503"
    assert f"Canister called `ic0.trap` with message: '{text}" in reject.value.message


def test_a_message_that_does_not_decode_traps(install: Install):
    primitive_types = install("primitive_types")

    with pytest.raises(Reject, match="failed to decode call arguments"):
        primitive_types.local.query(primitive_types.id, "echo_nat8", b"DIDL\x00\x01\x71\x01a", sender=ID)


def test_a_type_without_values_cannot_be_sent(install: Install):
    canister = install("void_reserved_empty")

    with pytest.raises(Reject, match="failed to decode call arguments"):
        canister.local.query(canister.id, "never_called", b"DIDL\x00\x00", sender=ID)


def test_aliases_do_not_appear_in_the_interface(install: Install):
    interface = install("type_aliases").interface()

    assert set(interface.definitions) == {"User"}


def test_a_method_may_be_named_like_a_keyword_with_an_underscore(install: Install):
    assert install("keywords").query("async_", "a") == "a"


def test_arguments_of_init_are_there_from_the_start(install: Install):
    canister = install("init", {"id": "alice"}, {"Wave": {"id": "bob"}}, ID)

    assert canister.query("setup") == {"user": {"id": "alice"}, "reaction": {"Wave": {"id": "bob"}}, "owner": ID}


def test_init_without_its_arguments_traps_and_installs_nothing(install: Install, replica):
    canister = replica.create_canister()

    with pytest.raises(Reject, match="failed to decode call arguments"):
        canister.local.install(canister.id, _module("init"), b"DIDL\x00\x00", controller=canister.sender)

    assert canister.status()["module_hash"] is None


def test_arguments_of_init_may_be_nested_and_name_other_canisters(install: Install):
    both = ("alice", {"name": "team", "plan": {"Team": [{"Free": None}, {"Team": []}]}})

    assert install("complex_init", both, ID).query("kept") == both
    assert install("complex_init", both, ID).query("peer") == ID
    assert install("complex_init", both, None).query("peer") is None


def test_types_may_be_spread_over_files(install: Install):
    canister = install("complex_types")

    user = canister.update("create_user", "alice")
    post = canister.update("create_post", 0, "hello")

    assert user == {"id": 0, "name": "alice", "posts": []}
    assert post == {"id": 0, "title": "hello", "author": user | {"posts": [0]}}
    assert canister.query("posts") == [post]


def test_a_query_keeps_nothing(install: Install):
    canister = install("query")

    assert canister.query("simple") == "This is a query function"
    assert [canister.query("count"), canister.query("count")] == [1, 1]


def test_an_update_keeps_what_it_did_unless_it_traps(install: Install):
    canister = install("update")

    canister.update("say", "hello")
    with pytest.raises(Reject, match="forget it"):
        canister.update("say_and_trap", "bye")

    assert canister.query("current") == "hello"


def test_a_query_may_be_called_as_an_update_and_not_the_other_way(install: Install):
    canister = install("update")

    assert canister.update("current") == ""
    with pytest.raises(Reject, match="Canister has no query method 'say'"):
        canister.query("say", "hello")


def test_the_result_of_a_call_can_be_matched(install: Install, replica):
    matcher, peer = install("match"), install("annotated")

    assert matcher.update("of_a_call", peer.id).startswith("Rejection code 5, ")


def _module(feature: str) -> bytes:
    from replica.bundles import bundle_project
    from tests.replica.execution.features.conftest import entry

    return bundle_project(entry(feature))
