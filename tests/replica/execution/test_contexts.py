"""Which function of the platform works where: every function of `ic` in every context, after the table of the spec.

Reference: Interface spec, "Overview of imports", with the names and letters of its table.
"""

from __future__ import annotations

from collections.abc import Callable

import kybra
import pytest

from replica.reject import Trap
from tests.replica.execution.fake_system import ALICE, FakeCanister, Rejected, canister

# I: init and post_upgrade, G: pre_upgrade, U: update, M: timer, Q: query, R: query in replicated mode,
# C: composite query, Y, J: after an await that was answered, or refused; y, j: the same in a composite query,
# T: heartbeat, F: inspect_message.
EVERYWHERE = "IGUMQRCYJyjTF"
TABLE = {
    "accept_message": "F",
    "arg_data_raw": "IUMQRCYyF",
    "arg_data_raw_size": "IUMQRCYyF",
    "caller": EVERYWHERE,
    "id": EVERYWHERE,
    "candid_encode": EVERYWHERE,
    "candid_decode": EVERYWHERE,
    "canister_balance": EVERYWHERE,
    "canister_balance128": EVERYWHERE,
    "msg_cycles_available": "UMRYJ",
    "msg_cycles_available128": "UMRYJ",
    "msg_cycles_accept": "UMRYJ",
    "msg_cycles_accept128": "UMRYJ",
    "msg_cycles_refunded": "YJ",
    "msg_cycles_refunded128": "YJ",
    "set_certified_data": "IGUMYJT",
    "data_certificate": EVERYWHERE,
    "method_name": "F",
    "reject_code": "YJyj",
    "reject_message": "Jj",
    "reject": "UQRCYJyj",
    "reply_raw": "UQRCYJyj",
    "print": EVERYWHERE,
    "time": EVERYWHERE,
    "performance_counter": EVERYWHERE,
    "notify_raw": "UMCYJyjT",
    "notify_raw with cycles": "UMYJT",
    "notify": "UMCYJyjT",
    "notify with cycles": "UMYJT",
    "set_timer": "IGUMYJT",
    "set_timer_interval": "IGUMYJT",
    "clear_timer": EVERYWHERE,
    "stable_size": EVERYWHERE,
    "stable64_size": EVERYWHERE,
    "stable_b_tree_map": EVERYWHERE,
}


def actions(fake: FakeCanister, name: str) -> dict[str, Callable[[], object]]:
    """How to use one function of the platform, by the letter of the context."""

    def after(method: str, response: bytes | str, *, composite: bool) -> Callable[[], object]:
        def run() -> None:
            (fake.query if composite else fake.send)(method, name)
            fake.answer(response, composite=composite)

        return run

    return {
        "I": lambda: (fake.install(name), fake.start_new_code(fake.interface.encode_init(name))),
        "G": fake.leave_old_code,
        "U": lambda: fake.send("in_update", name),
        "M": fake.fire_timer,
        "Q": lambda: fake.query("in_query", name),
        "R": lambda: fake.replicated_query("in_query", name),
        "C": lambda: fake.query("in_composite", name),
        "Y": after("after_await", b"", composite=False),
        "J": after("after_await", "refused", composite=False),
        "y": after("after_composite_await", b"", composite=True),
        "j": after("after_composite_await", "refused", composite=True),
        "T": fake.beat,
        "F": lambda: fake.inspect("want", name, caller=ALICE),
    }


def use(name: str, context: str) -> None:
    fake = canister("contexts")
    fake.send("want", name)
    fake.send("arm")
    try:
        actions(fake, name)[context]()
    except Rejected:
        assert name == "reject"


@pytest.mark.parametrize("context", EVERYWHERE)
@pytest.mark.parametrize("name", TABLE)
def test_each_function_works_where_it_may_and_traps_elsewhere(name: str, context: str) -> None:
    if context in TABLE[name]:
        use(name, context)
    else:
        with pytest.raises(Trap, match="cannot be executed in") as trap:
            use(name, context)
        assert trap.value.error_code == "IC0504"


@pytest.mark.parametrize("context", EVERYWHERE)
def test_a_trap_can_be_called_for_everywhere(context: str) -> None:
    with pytest.raises(Trap, match="as asked") as trap:
        use("trap", context)
    assert trap.value.error_code == "IC0503"


def test_the_table_knows_every_function_of_the_package() -> None:
    # Raw memory has tests of its own, `call_raw` only builds what a generator yields, `reply` is the typed `reply_raw`.
    elsewhere = {name for name in vars(kybra.ic) if name.startswith("stable")} | {"call_raw", "call_raw128", "reply"}
    functions = {name for name, value in vars(kybra.ic).items() if isinstance(value, staticmethod)}

    assert functions - elsewhere <= {name.partition(" ")[0] for name in TABLE} | {"trap"}
