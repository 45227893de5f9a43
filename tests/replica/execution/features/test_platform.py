"""What code finds around it: the functions of `ic`, modules, the standard library, Python itself."""

from __future__ import annotations

from typing import Any

import pytest

from replica.bundles import bundle_project
from replica.principal import ANONYMOUS, Principal
from replica.testing import LocalNetwork, Reject
from tests.replica.execution.features.conftest import Install, entry

SECOND_NS = 1_000_000_000


# -- The functions of `ic` ---------------------------------------------------------------------------------------------


def test_a_message_knows_who_where_and_when(install: Install, replica: LocalNetwork):
    canister = install("ic_api")

    assert canister.as_("alice").query("caller") == replica.person("alice")
    assert canister.as_(ANONYMOUS).query("caller") == ANONYMOUS
    assert canister.query("own_id") == canister.id
    assert canister.query("time") == replica.now_ns
    replica.advance_time(seconds=5)
    assert canister.query("time") == replica.now_ns
    assert canister.update("time_twice") is True


def test_a_message_knows_what_was_sent(install: Install):
    canister = install("ic_api")

    sent = canister.interface().encode_args("arg_data_raw", b"abc", 5)

    assert canister.query("arg_data_raw", b"abc", 5) == sent
    assert canister.query("arg_data_raw_size", b"abc") == len(
        canister.interface().encode_args("arg_data_raw_size", b"abc")
    )


def test_a_balance_that_needs_more_than_64_bits_can_only_be_asked_for_with_128(install: Install):
    canister = install("ic_api", cycles=2**63)

    assert canister.query("canister_balance128") > 2**62
    assert canister.query("canister_balance") == canister.query("canister_balance128")
    canister.add_cycles(2**64)
    with pytest.raises(Reject, match="Canister trapped: cycles amount exceeds 64-bit representation"):
        canister.query("canister_balance")


def test_certified_data_is_set_in_updates_and_proven_in_queries(install: Install):
    canister = install("ic_api")

    canister.update("set_certified_data", b"x" * 32)

    certificate = canister.query("data_certificate")
    assert certificate is not None
    tree = canister.local.verified(bytes(certificate))
    assert tree is not None
    assert canister.update("data_certificate_in_update") is None


@pytest.mark.parametrize(
    ("method", "values", "text"),
    [
        ("set_certified_data", (bytes(33),), "certified data of 33 bytes"),
        ("set_certified_data_in_query", (), '"ic0_certified_data_set" cannot be executed in non replicated query mode'),
    ],
)
def test_certified_data_has_its_place_and_size(install: Install, method: str, values: tuple[Any, ...], text: str):
    with pytest.raises(Reject) as reject:
        install("ic_api").call(method, *values)

    assert reject.value.error_code == "IC0504"
    assert text in reject.value.message


def test_what_is_printed_is_in_the_log(install: Install):
    canister = install("ic_api")

    canister.update("print_it", "words")

    assert canister.logs() == ["printed words 5 None"]


def test_counters_count_messages_and_calls(install: Install):
    canister = install("performance")

    before, after = canister.query("of_message")
    of_message, of_call = canister.update("of_call")

    assert 0 <= before <= after
    assert 0 <= of_message <= of_call
    with pytest.raises(Reject, match="Canister violated contract: Error getting performance counter type 5"):
        canister.query("unknown")


# -- Python ------------------------------------------------------------------------------------------------------------


def test_modules_are_found_beside_the_entry_in_packages_and_in_the_standard_library(install: Install):
    canister = install("imports")

    assert canister.query("own_modules") == ["a", "B", "first", "second"]
    assert canister.query("standard_library", "a") == ["YQ==", "ca978112", '{"b": 1, "a": ["a"]}']
    assert canister.query("sums", [1, 2, 3]) == [1, 3, 6]
    assert canister.query("late") == "late"


def test_the_standard_library_is_there_as_far_as_kybra_has_it(install: Install):
    assert install("stdlib").query("samples") == [
        *("1", "True", "[[1]]", "0.3", "1/2", "6", "1", "6afa9046"),
        *("&lt;a&gt;", "4", "b*n*n*", "2", "abc", "0201", "one [...]", "999008199", "a%20b"),
    ]


def test_dates_come_from_the_time_of_the_replica(install: Install, replica: LocalNetwork):
    canister = install("date")

    assert canister.query("iso", 1_700_000_000 * SECOND_NS) == "2023-11-14T22:13:20+00:00"
    assert canister.query("days_between", "2024-02-28", "2024-03-01") == 2
    now = canister.query("now")
    replica.advance_time(days=1)
    assert canister.query("days_between", now, canister.query("now")) == 1


def test_generators_are_values_inside_a_message_and_awaits_across_them(install: Install):
    canister = install("generators")

    assert canister.query("numbers", 20) == [0, 1, 1, 2, 3, 5, 8, 13]
    assert canister.query("squares", 4) == [0, 1, 4, 9]
    assert canister.update("three_levels") == [33, 33]
    assert canister.update("nothing_awaited") == "at once"


def test_a_canister_without_code_answers_nothing(replica: LocalNetwork):
    empty = replica.create_canister()

    with pytest.raises(Reject, match="contains no Wasm module"):
        replica.local.update(Principal(empty.id), "caller", b"", sender=ANONYMOUS)


def test_installing_twice_is_refused(install: Install):
    canister = install("date")

    with pytest.raises(Reject, match="not empty"):
        canister.install(bundle_project(entry("date")))
