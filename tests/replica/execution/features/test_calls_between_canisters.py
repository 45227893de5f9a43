"""Calls between canisters through real bundles: values, cycles, rejections, composite queries, notifications."""

from __future__ import annotations

import re
from typing import Any

import pytest

from replica.bundles import bundle_project
from replica.principal import MANAGEMENT, Principal
from replica.testing import LocalNetwork, Reject
from tests.replica.execution.features.conftest import Install, entry

NOBODY = Principal.from_counter(99_999)
TRILLION = 10**12


# -- Services ----------------------------------------------------------------------------------------------------------


def test_a_canister_uses_another_as_a_service(install: Install):
    teller, bank = install("cross_canister_calls"), install("cross_canister_calls")
    bank.update("open_account", "alice", 100)

    assert teller.update("teller_account", bank.id, "alice") == {"name": "alice", "balance": 100}
    assert teller.update("teller_account", bank.id, "bob") is None
    assert teller.update("teller_transfer", bank.id, "alice", "bob", 30) == {"Ok": 30}
    assert teller.update("teller_transfer", bank.id, "alice", "bob", 300) == {"Err": {"InsufficientBalance": 70}}
    assert teller.update("teller_accounts", bank.id) == bank.query("accounts")


def test_a_trap_of_the_other_canister_is_an_error_value(install: Install):
    teller, bank = install("cross_canister_calls"), install("cross_canister_calls")

    text = teller.update("teller_trap", bank.id)

    assert text.startswith(f"Rejection code 5, Error from Canister {bank.id}: Canister called `ic0.trap`")
    assert "hahahaha" in text


def test_a_notification_is_delivered_unless_the_message_traps(install: Install, replica: LocalNetwork):
    teller, bank = install("cross_canister_calls"), install("cross_canister_calls")

    assert teller.update("teller_announces", bank.id, "hello") is True
    with pytest.raises(Reject, match="take it back"):
        teller.update("teller_announces_and_traps", bank.id, "secret")
    replica.run_until_idle()

    assert (bank.query("heard", "hello"), bank.query("heard", "secret")) == (1, 0)


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("echo", NOBODY),
        ("made", NOBODY),
        ("many", [NOBODY, MANAGEMENT]),
        ("holder", {"name": "a", "service": NOBODY}),
        ("either", {"Empty": NOBODY}),
        ("keep", NOBODY),
    ],
)
def test_a_service_is_a_value_like_others(install: Install, method: str, value: Any):
    assert install("services").call(method, value) == value


def test_a_service_that_was_sent_can_be_called(install: Install):
    caller, other = install("services"), install("services")

    assert caller.query("kind", other.id) == f"SomeService {other.id}"
    assert caller.update("call_it", other.id) == "True update1"


def test_a_function_that_was_handed_out_can_be_called(install: Install, replica: LocalNetwork):
    notified, notifiers = install("func_calls"), install("func_calls")

    assert notified.update("notify_through", notifiers.id) == "receive_notification"
    replica.run_until_idle()

    assert notifiers.query("received") == [b"hello"]


# -- Rejections --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "values", "code", "text"),
    [
        ("after_reply", (), "NoError", ""),
        ("after_reject", ("no reason",), "CanisterReject", "Rejection code 4, no reason"),
        ("after_trap", (), "CanisterError", "ValueError: on purpose"),
        ("after_absent_method", (), "CanisterError", "Canister has no update method 'absent'"),
        ("after_other_type", (), "NoError", "Rejection code 5, failed to decode canister response as (nat64): "),
    ],
)
def test_what_became_of_a_call_is_told_by_code_and_text(
    install: Install, method: str, values: tuple[Any, ...], code: str, text: str
):
    caller, other = install("rejections"), install("rejections")

    told_code, told_text = caller.update(method, other.id, *values)

    assert told_code == {code: None}
    assert text in told_text


def test_a_canister_that_does_not_exist_is_a_rejection_too(install: Install):
    code, text = install("rejections").update("after_absent_canister", NOBODY)

    assert code == {"DestinationInvalid": None}
    assert text == f"Rejection code 3, Canister {NOBODY} not found"


def test_nothing_is_raised_into_the_one_who_waits(install: Install):
    caller, other = install("rejections"), install("rejections")

    assert caller.update("nothing_is_raised", other.id) == "returned"


def test_a_trap_undoes_what_came_after_the_last_await(install: Install):
    caller, other = install("rejections"), install("rejections")

    with pytest.raises(Reject, match="too late"):
        caller.update("trap_after_await", other.id)
    caller.update("finally_after_rejection", other.id)

    assert caller.query("steps") == ["kept", "finally"]


def test_a_reject_message_is_there_only_after_a_rejection(install: Install):
    with pytest.raises(Reject, match='"ic0_msg_reject_msg_size" cannot be executed in update mode'):
        install("rejections").update("message_in_update")


# -- What cannot be called ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("wrong_argument", "TypeError: Expected type 'int' but 'str' found"),
        ("too_few", "Panicked at 'index out of bounds: the len is 3 but the index is 3'"),
        ("by_name", "TypeError: "),
        ("number", "AttributeError: 'int' object has no attribute 'name'"),
        ("wrong_principal", "AttributeError: 'str' object has no attribute 'to_str'"),
    ],
)
def test_a_call_that_makes_no_sense_traps(install: Install, method: str, text: str):
    canister = install("robust_calls")

    with pytest.raises(Reject) as reject:
        canister.update(method)

    assert reject.value.error_code == "IC0503"
    assert text in reject.value.message
    assert canister.query("sent") == []


def test_arguments_too_many_are_ignored(install: Install):
    assert install("robust_calls").update("too_many") is True


def test_a_queue_holds_five_hundred_calls(install: Install, replica: LocalNetwork):
    caller, peer = install("robust_calls"), install("robust_calls")

    assert caller.update("fill_queue", peer.id) == 500
    replica.run_until_idle()
    assert caller.update("call_when_full", peer.id) == "Rejection code 2, Couldn't send message"


def test_more_cycles_than_there_are_cannot_be_sent(install: Install):
    canister = install("robust_calls")

    with pytest.raises(Reject, match="cannot attach"):
        canister.update("too_many_cycles", canister.id)


# -- Raw calls ---------------------------------------------------------------------------------------------------------


def test_a_call_may_be_made_of_text_and_bytes(install: Install):
    caller, other = install("call_raw"), install("call_raw")

    call = {"method": "double", "argument": "(21 : nat, null)", "cycles": 0}
    assert caller.update("execute", other.id, call) == {"Ok": "(42 : nat)"}
    assert caller.update("execute128", other.id, "double", "(1 : nat, null)", TRILLION) == {"Ok": "(2 : nat)"}
    call = {"method": "raw_rand", "argument": "()", "cycles": 0}
    assert "blob" in caller.update("execute", MANAGEMENT, call)["Ok"]


def test_a_raw_call_that_is_refused_is_an_error_value(install: Install):
    caller, other = install("call_raw"), install("call_raw")

    answer = caller.update("execute", other.id, {"method": "absent", "argument": "()", "cycles": 0})

    assert answer["Err"].startswith("Rejection code 5, ")


def test_a_raw_notification_carries_cycles(install: Install, replica: LocalNetwork):
    caller, other = install("call_raw"), install("call_raw")

    assert caller.update("tell", other.id, "hello", 5_000) == {"Ok": None}
    replica.run_until_idle()

    assert other.query("told") == ["hello 1000"]


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("notify_raw_call", "AttributeError: 'ic' object has no attribute 'notify_hear_wrapper'"),
        ("pay_raw_call", "AttributeError: canister '{peer}' has no attribute 'hear'"),
    ],
)
def test_a_raw_call_is_no_service_call(install: Install, method: str, text: str):
    caller, other = install("call_raw"), install("call_raw")

    with pytest.raises(Reject, match=re.escape(text.format(peer=other.id))):
        caller.update(method, other.id)


def test_a_call_that_is_not_yielded_never_leaves(install: Install):
    canister = install("call_raw")

    assert canister.update("forget") == 4
    assert canister.query("told") == []


# -- Composite queries -------------------------------------------------------------------------------------------------


def test_a_query_asks_others(install: Install):
    one, two, three = (install("composite_queries") for _ in range(3))

    assert one.query("asks", two.id) == f"Hello from {two.id}"
    assert one.query("asks_manual", two.id) == "by hand"
    assert one.query("asks_through", two.id, three.id) == f"through two: through one: Hello from {three.id}"
    assert one.query("asks_itself") == f"Hello from {one.id}"


def test_a_query_cannot_ask_for_a_change(install: Install):
    one, two = install("composite_queries"), install("composite_queries")

    assert "Canister has no query method 'change'" in one.query("asks_for_change", two.id)


def test_each_query_of_a_tree_sees_what_was_committed_and_keeps_nothing(install: Install):
    one, two = install("composite_queries"), install("composite_queries")

    one.query("counts", two.id)

    assert two.query("count_up") == 1


def test_a_composite_query_cannot_pay(install: Install):
    one, two = install("composite_queries"), install("composite_queries")

    with pytest.raises(Reject, match='"ic0_call_cycles_add128" cannot be executed in composite query mode'):
        one.query("tells", two.id)


def test_a_composite_query_cannot_be_called_by_an_update(install: Install):
    one, two = install("composite_queries"), install("composite_queries")

    assert "Composite query 'asks_another' cannot be called in replicated mode" in one.update("asks_in_update", two.id)
    with pytest.raises(Reject, match="cannot be called in replicated mode"):
        one.update("asks", two.id)


# -- Cycles ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["send", "send128"])
def test_what_is_not_accepted_comes_back(install: Install, method: str):
    sender, receiver = install("cycles"), install("cycles")
    before = receiver.query("balance")

    sent = sender.update(method, receiver.id, 1_000_000_000, 300_000_000)

    seen = {"available": 1_000_000_000, "accepted": 300_000_000, "left": 700_000_000}
    assert sent == {"seen": seen, "refunded": 700_000_000}
    assert before < receiver.query("balance") <= before + 300_000_000


def test_no_more_is_accepted_than_was_sent(install: Install):
    sender, receiver = install("cycles"), install("cycles")

    assert sender.update("send", receiver.id, 5, 2**100) == {
        "seen": {"available": 5, "accepted": 5, "left": 0},
        "refunded": 0,
    }
    assert sender.update("send64", receiver.id, 10) == 10


@pytest.mark.parametrize("method", ["notify", "notify128"])
def test_a_notification_may_pay(install: Install, replica: LocalNetwork, method: str):
    sender, receiver = install("cycles"), install("cycles")
    before = receiver.query("balance")

    assert sender.update(method, receiver.id, 1_000_000_000, 900_000_000) == {"Ok": None}
    replica.run_until_idle()

    assert before < receiver.query("balance") <= before + 900_000_000


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("available_in_query", '"ic0_msg_cycles_available" cannot be executed in non replicated query mode'),
        ("refunded_in_update", '"ic0_msg_cycles_refunded" cannot be executed in update mode'),
    ],
)
def test_cycles_are_spoken_of_only_where_there_are_some(install: Install, method: str, text: str):
    with pytest.raises(Reject, match=text):
        install("cycles").call(method)


# -- The management canister -------------------------------------------------------------------------------------------


def test_a_canister_makes_and_runs_others(install: Install, replica: LocalNetwork):
    manager = install("management_canister")
    child = Principal(manager.update("create", 2 * TRILLION))
    module = bundle_project(entry("date"))

    manager.update("install", child, module, b"DIDL\x00\x00")
    manager.update("deposit", child, TRILLION)
    manager.update("set_freezing_threshold", child, 5)
    manager.update("stop", child)
    stopped = manager.update("status", child)
    manager.update("start", child)

    assert stopped["status"] == {"stopped": None}
    assert stopped["settings"]["freezing_threshold"] == 5
    assert stopped["cycles"] > 2 * TRILLION
    assert replica.canister_with_id(child).query("iso", 0) == "1970-01-01T00:00:00+00:00"


def test_a_canister_ends_others(install: Install, replica: LocalNetwork):
    manager = install("management_canister")
    child = Principal(manager.update("create", TRILLION))

    manager.update("uninstall", child)
    manager.update("stop", child)
    manager.update("delete", child)

    with pytest.raises(Reject, match=f"Canister {child} not found"):
        manager.update("status", child)


def test_a_canister_may_not_manage_what_it_does_not_control(install: Install):
    manager, stranger = install("management_canister"), install("date")

    with pytest.raises(Reject, match="Only controllers of canister"):
        manager.update("stop", stranger.id)


def test_canisters_with_cycles_out_of_nothing_exist_on_test_networks(install: Install):
    _, cycles = install("management_canister").update("create_provisionally")

    assert cycles == 5_007


def test_chance_comes_from_the_management_canister(install: Install):
    randomness = install("randomness")

    first, second = randomness.update("two")
    assert len({bytes(first), bytes(second), bytes(randomness.update("random_bytes"))}) == 3
    assert 1 <= randomness.update("dice", 6) <= 6


def test_bitcoin_and_threshold_keys_are_refused_with_a_reason(install: Install):
    assert install("bitcoin").update("balance", "bcrt1").startswith("Rejection code 4, ")
    assert install("bitcoin").update("fees") == 4
    assert install("threshold_ecdsa").update("public_key").startswith("Rejection code 4, ")


def test_a_ledger_is_spoken_to_in_its_own_types(install: Install, replica: LocalNetwork):
    wallet, ledger = install("ledger_canister"), install("ledger_stand_in")
    account = wallet.query("account_of", replica.person("alice")).removeprefix("0x")

    assert wallet.update("fee", ledger.id) == {"Ok": {"transfer_fee": {"e8s": 10_000}}}
    assert wallet.update("decimals", ledger.id) == 8
    assert wallet.update("symbol", ledger.id) == "ICP"
    assert wallet.update("send", ledger.id, account, 5) == {"Ok": {"Ok": 1}}
    assert wallet.update("balance", ledger.id, account) == {"e8s": 5}
