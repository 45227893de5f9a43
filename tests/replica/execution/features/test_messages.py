"""What one message does: guards, answers by hand, inspection, hooks, timers, the functions of `ic`."""

from __future__ import annotations

from typing import Any

import pytest

from replica.bundles import bundle_project
from replica.principal import ANONYMOUS, Principal
from replica.testing import LocalNetwork, Reject
from tests.replica.execution.features.conftest import Install, entry

SECOND_NS = 1_000_000_000


# -- Errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "values", "text"),
    [
        ("index", ([1],), "IndexError: list index out of range"),
        ("own", (), "OwnError: with a text"),
        ("without_text", (), "ValueError: "),
        ("division", (), "ZeroDivisionError: integer division or modulo by zero"),
        ("asserted", (), "AssertionError: that is not so"),
    ],
)
def test_what_nobody_catches_traps_with_its_name_and_text(
    install: Install, method: str, values: tuple[Any, ...], text: str
):
    with pytest.raises(Reject) as reject:
        install("run_time_errors").query(method, *values)

    assert reject.value.error_code == "IC0503"
    assert f"Canister called `ic0.trap` with message: '{text}'" in reject.value.message


def test_what_does_not_convert_for_the_platform_can_be_caught(install: Install):
    assert install("run_time_errors").query("caught") == [
        "TypeError: Expected type 'str' but 'int' found",
        "OverflowError: Python int too large to convert to Rust u8",
        "TypeError: Expected type 'int' but 'str' found",
        "AttributeError: 'str' object has no attribute 'to_str'",
        "TypeError: Expected type 'str' but 'int' found",
        "OverflowError: Python int too large to convert to Rust u32",
    ]


def test_a_trap_can_not_be_caught_and_leaves_nothing(install: Install):
    canister = install("run_time_errors")

    with pytest.raises(Reject, match=r"Canister called `ic0\.trap` with message: 'enough'"):
        canister.update("trap", "enough")

    assert canister.query("ages") == []


# -- Guards ------------------------------------------------------------------------------------------------------------


def test_a_guard_lets_in(install: Install):
    guarded = install("guard_functions")

    assert guarded.query("accessible") is True
    assert guarded.query("guarded_manual") is True
    assert guarded.query("unguarded") is True
    assert guarded.update("accessible_update") is True
    assert guarded.query("seen") == ["let_in 1", "method 1"]


@pytest.mark.parametrize("method", ["inaccessible", "inaccessible_update"])
def test_a_guard_keeps_out_with_its_own_words(install: Install, method: str):
    with pytest.raises(Reject) as reject:
        install("guard_functions").call(method, *([5] if method == "inaccessible_update" else []))

    assert (reject.value.code, reject.value.message) == (4, "You shall not pass!")


def test_a_guard_is_asked_before_the_arguments_are_looked_at(install: Install):
    guarded = install("guard_functions")

    with pytest.raises(Reject, match="You shall not pass!"):
        guarded.local.update(guarded.id, "inaccessible_update", b"no Candid", sender=guarded.sender)


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("broken", "RuntimeError: the guard broke down"),
        ("mumbled", "TypeError: Enum variant does not exist"),
        ("told_twice", "looked at first"),
    ],
)
def test_a_guard_that_does_not_work_keeps_out(install: Install, method: str, text: str):
    with pytest.raises(Reject) as reject:
        install("guard_functions").update(method)

    assert (reject.value.code, reject.value.message) == (4, text)


def test_what_a_guard_did_is_kept_if_it_refuses_and_undone_if_the_message_traps(install: Install):
    guarded = install("guard_functions")

    for method in ("broken", "accessible_and_trapping", "struck"):
        with pytest.raises(Reject):
            guarded.update(method)

    assert guarded.query("seen") == ["break_down 1"]


def test_a_guard_may_be_named_by_text(install: Install):
    guarded = install("guard_functions")

    assert guarded.as_("alice").update("named_by_text") is True
    with pytest.raises(Reject, match="say who you are"):
        guarded.as_(ANONYMOUS).update("named_by_text")


# -- Answers by hand ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "values", "result"),
    [
        ("with_blob", (), b"Su"),
        ("with_float", (), 1.245),
        ("with_nat", (), 184467440737095),
        ("with_null", (), None),
        ("with_record", (), {"id": "b0283eb7", "orbitals": [2, 8], "state": {"Solid": {"element": "iron"}}}),
        ("with_option", ("a",), "a"),
        ("with_option", (None,), None),
        ("from_helper", ("a",), "a"),
        ("late", (), "late"),
        ("delegated", (), "from within"),
        ("wrong_value_caught", (), 5),
    ],
)
def test_a_method_answers_by_itself(install: Install, method: str, values: tuple[Any, ...], result: Any):
    assert install("manual_reply").call(method, *values) == result


def test_a_method_answers_with_bytes_that_nobody_checks(install: Install):
    canister = install("manual_reply")

    element = 'record { id = "a"; orbitals = vec { 1 : nat64 }; state = variant { Gas } }'
    assert canister.update("with_candid", f"({element})") == {"id": "a", "orbitals": [1], "state": {"Gas": None}}
    arg = canister.interface().encode_args("with_bytes", b"anything")
    assert canister.local.update(canister.id, "with_bytes", arg, sender=canister.sender) == b"anything"


def test_a_manual_void_method_answers_with_one_null(install: Install):
    canister = install("manual_reply")

    reply = canister.local.update(canister.id, "with_void", b"DIDL\x00\x00", sender=canister.sender)

    assert reply == b"DIDL\x00\x01\x7f"


@pytest.mark.parametrize("method", ["refused", "refused_query"])
def test_a_method_refuses_in_its_own_words(install: Install, method: str):
    with pytest.raises(Reject) as reject:
        install("manual_reply").call(method, "no reason")

    assert (reject.value.code, reject.value.message) == (4, "no reason")


def test_an_early_answer_arrives_before_the_work_is_done(install: Install):
    canister = install("manual_reply")

    assert canister.update("early", canister.id) == "early"


@pytest.mark.parametrize(
    ("method", "error_code", "text"),
    [
        ("wrong_value", "IC0503", "TypeError: Expected type 'int' but 'str' found"),
        ("twice", "IC0504", "answered before"),
        ("reply_then_reject", "IC0504", "answered before"),
        ("nothing_said", "IC0506", "Canister did not produce a response"),
        (
            "not_manual",
            "IC0503",
            'SystemError: attempted to reply from "not_manual", but it does not appear to be a canister method',
        ),
        (
            "yielded",
            "IC0503",
            'SystemError: attempted to reply from "reply_in_generator", but it does not appear to be a canister method',
        ),
    ],
)
def test_an_answer_that_cannot_be_given_ends_the_message(install: Install, method: str, error_code: str, text: str):
    with pytest.raises(Reject) as reject:
        install("manual_reply").update(method)

    assert reject.value.error_code == error_code
    assert text in reject.value.message


# -- Inspection --------------------------------------------------------------------------------------------------------


def test_inspection_lets_in_by_method_caller_and_size(install: Install):
    canister = install("inspect_message")

    assert canister.update("accessible") is True
    assert canister.as_("alice").update("only_for_named") is True
    assert canister.update("short", "a") == "a"


@pytest.mark.parametrize("method", ["inaccessible", "accepted_twice", "fatal"])
def test_inspection_keeps_out(install: Install, method: str):
    with pytest.raises(Reject) as reject:
        install("inspect_message").update(method)

    assert reject.value.error_code == "IC0406"


def test_inspection_sees_who_calls_and_what_was_sent(install: Install):
    canister = install("inspect_message")

    with pytest.raises(Reject, match="rejected the message"):
        canister.as_(ANONYMOUS).update("only_for_named")
    with pytest.raises(Reject, match="rejected the message"):
        canister.update("short", "far too long for this canister")


def test_inspection_keeps_nothing_and_queries_are_not_inspected(install: Install):
    canister = install("inspect_message")

    canister.update("accessible")

    assert canister.query("seen") is None


# -- Hooks -------------------------------------------------------------------------------------------------------------


def test_hooks_run_as_the_installer_and_stable_maps_outlive_upgrades(install: Install):
    canister = install("pre_and_post_upgrade")
    canister.update("set_entry", {"key": "a", "value": 1})

    canister.upgrade(entry("pre_and_post_upgrade"))

    assert canister.query("entries") == [{"key": "a", "value": 1}]
    assert canister.query("hooks") == ["init 29", "pre_upgrade 29", "post_upgrade 29"]


@pytest.mark.parametrize(("key", "text"), [("refuse", "I stay as I am"), ("refuse later", "ValueError: I go back")])
def test_an_upgrade_whose_hook_fails_changes_nothing(install: Install, key: str, text: str):
    canister = install("pre_and_post_upgrade")
    canister.update("set_entry", {"key": key, "value": 1})

    with pytest.raises(Reject, match=text):
        canister.upgrade(entry("pre_and_post_upgrade"))

    assert canister.query("hooks") == ["init 29"]


def test_a_reinstalled_canister_starts_anew(install: Install):
    canister = install("pre_and_post_upgrade")
    canister.update("set_entry", {"key": "a", "value": 1})

    canister.reinstall(entry("pre_and_post_upgrade"))

    assert canister.query("entries") == []
    assert canister.query("hooks") == ["init 29"]


# -- Heartbeat and timers ----------------------------------------------------------------------------------------------


def test_the_heart_beats_as_the_management_canister(install: Install, replica: LocalNetwork):
    canister = install("heartbeat")
    before = canister.query("count", "aaaaa-aa")

    for _ in range(3):
        replica.advance_time(seconds=1)
        replica.tick()

    assert canister.query("count", "aaaaa-aa") == before + 3


def test_a_heartbeat_may_await(install: Install, replica: LocalNetwork):
    canister = install("heartbeat_async")

    replica.advance_time(seconds=1)
    replica.run_until_idle()

    assert {len(each) for each in canister.query("chance")} == {32}


def test_a_timer_fires_once_and_an_interval_again_and_again(install: Install, replica: LocalNetwork):
    canister = install("timers")
    canister.update("set_timers", 10, 4)

    for _ in range(3):
        replica.advance_time(seconds=4)
        replica.tick()

    assert canister.query("events") == ["started", "again", "again", "once, as myself", "again"]


def test_a_timer_that_was_cleared_stays_silent(install: Install, replica: LocalNetwork):
    canister = install("timers")
    timers = canister.update("set_timers", 10, 4)
    canister.update("clear", timers["single"])
    canister.update("clear", timers["repeat"])
    canister.update("clear", 12_345)

    replica.advance_time(seconds=20)
    replica.run_until_idle()

    assert canister.query("events") == ["started"]


def test_a_timer_that_fails_stops_no_other_and_is_undone(install: Install, replica: LocalNetwork):
    canister = install("timers")

    canister.update("set_failing")
    replica.run_until_idle()

    assert canister.query("events") == ["once, as myself"]
    assert any("ValueError: of a timer" in line for line in canister.logs())


def test_an_interval_that_fails_is_tried_again(install: Install, replica: LocalNetwork):
    canister = install("timers")
    canister.update("set_failing_interval")

    for _ in range(3):
        replica.advance_time(seconds=10)
        replica.tick()

    assert sum("[TRAP]" in line and "of a timer" in line for line in canister.logs()) == 3


def test_a_timer_may_await(install: Install, replica: LocalNetwork):
    canister = install("timers")

    canister.update("set_awaiting")
    replica.run_until_idle()

    assert canister.query("events") == ["32 bytes"]


def test_what_a_timers_generator_raises_is_dropped_and_nothing_undone(install: Install, replica: LocalNetwork):
    canister = install("timers")

    canister.update("set_failing_after_await")
    replica.run_until_idle()

    assert canister.query("events") == ["before", "after"]
    assert any("ValueError: dropped" in line for line in canister.logs())


def test_timers_die_with_an_upgrade_and_are_armed_again_by_it(install: Install, replica: LocalNetwork):
    canister = install("timers")
    canister.update("set_timers", 10, 10)

    canister.upgrade(entry("timers"))
    replica.advance_time(seconds=60)
    replica.run_until_idle()

    assert canister.query("events") == ["started"]


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
