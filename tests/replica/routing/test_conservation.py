"""Cycles are conserved (I10): minted = held + in flight + burnt, after every step of any story.

The story is made by hypothesis, which makes a failing one short: canisters are created, funded, used, stopped, emptied,
deleted and frozen while their calls are under way, time passes, and the replica is opened anew.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from replica.clock import VirtualClock
from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from replica.rng import SeededRng
from replica.routing.config import ReplicaConfig, allow_every_module
from tests.fixtures.notebook import NOTES, Running, define_notebook
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine, trap
from tests.replica.routing.test_cycles import unaccounted

AMOUNT = 3_000_000_000
CANISTERS_MAX = 6


def accept(ic: Ic, arg: bytes) -> None:
    ic.cycles_accept(int(arg))
    ic.reply(b"")


def accept_and_trap(ic: Ic, arg: bytes) -> None:
    ic.cycles_accept(int(arg))
    trap("after accepting")


def accept_silently(ic: Ic, arg: bytes) -> None:
    ic.cycles_accept(int(arg))


def accept_in_parts(ic: Ic, arg: bytes) -> Running:
    ic.cycles_accept(int(arg) // 2)
    yield CallOut(ic.canister_id, "accept", b"5", 10)
    ic.cycles_accept(int(arg) // 4)
    yield CallOut(ic.canister_id, "accept_and_trap", b"5", 10, timeout_seconds=1)
    ic.reply(b"")
    ic.cycles_accept(int(arg))


def burn(ic: Ic, arg: bytes) -> None:
    ic.cycles_burn(int(arg))
    ic.reply(b"")


def burn_and_trap(ic: Ic, arg: bytes) -> None:
    ic.cycles_burn(int(arg))
    trap("after burning")


def fill(ic: Ic, arg: bytes) -> None:
    ic.state.map_put(NOTES, arg, bytes(100_000))
    ic.reply(b"")


def pay(ic: Ic, arg: bytes) -> Running:
    callee, method, amount, seconds = _parse(arg)
    yield CallOut(callee, method, amount, AMOUNT, timeout_seconds=seconds)
    if int(amount) % 7 == 0:
        trap("in the callback")
    ic.reply(b"")


def give(ic: Ic, arg: bytes) -> None:
    callee, method, amount, _ = _parse(arg)
    ic.notify(callee, method, amount, AMOUNT)
    ic.reply(b"")


def deposit(ic: Ic, arg: bytes) -> Running:
    target = INTERFACE.encode_args("deposit_cycles", {"canister_id": arg[:10]})
    yield CallOut(MANAGEMENT, "deposit_cycles", target, AMOUNT)
    ic.reply(b"")


def found(ic: Ic, arg: bytes) -> Running:
    """With too little now and then."""
    yield CallOut(MANAGEMENT, "create_canister", INTERFACE.encode_args("create_canister", {}), int(arg) * 400)
    ic.reply(b"")


def _parse(arg: bytes) -> tuple[bytes, str, bytes, int | None]:
    method, amount, seconds = arg[10:].split()
    return arg[:10], method.decode(), amount, None if seconds == b"-" else int(seconds)


TAKERS = {
    "accept": accept,
    "accept_and_trap": accept_and_trap,
    "accept_silently": accept_silently,
    "accept_in_parts": accept_in_parts,
    "burn": burn,
    "burn_and_trap": burn_and_trap,
    "fill": fill,
}
PAYERS = {"pay": pay, "give": give, "deposit": deposit}
index = st.integers(0, CANISTERS_MAX - 1)
amounts = st.integers(0, 2 * AMOUNT)


class Story(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp())
        engine = ScriptedEngine()
        updates = {**TAKERS, **PAYERS, "found": found}
        self.module = define_notebook(engine, "wallet", updates=updates, queries={"accept_in_query": accept})
        config = ReplicaConfig(is_module_allowed=allow_every_module, messages_per_round_max=2, is_durable=False)
        self.replica = LocalReplica(
            self.directory, engine=engine, clock=VirtualClock(), rng=SeededRng(1), config=config
        )
        self.canisters: list[Principal] = []

    def teardown(self) -> None:
        self.replica.run_until_idle()
        self.replica.clock.advance(minutes=6)  # whoever waits for a stop or until a deadline gives up
        self.replica.run_until_idle()
        assert unaccounted(self.replica) == 0
        assert all(each.cycles_in_flight == 0 for each in self.replica.core._state.canisters.all())
        self.replica.close()
        shutil.rmtree(self.directory)

    @invariant()
    def every_cycle_is_somewhere(self) -> None:
        assert unaccounted(self.replica) == 0
        canisters = list(self.replica.core._state.canisters.all())
        assert all(each.balance >= 0 and each.cycles_in_flight >= 0 for each in canisters)
        assert all(sum(each.consumed) >= 0 for each in canisters)

    @initialize()
    def begin(self) -> None:
        for _ in range(3):
            self.canisters.append(self.replica.canister(self.module, cycles=100 * AMOUNT))

    def chosen(self, number: int) -> Principal:
        return self.canisters[number % len(self.canisters)]

    def submit(self, canister_id: Principal, method: str, arg: bytes) -> None:
        """Queue it, without waiting for what becomes of it; refusals are part of the story."""
        try:
            self.replica.submit(canister_id, method, arg)
        except Reject:
            return

    @rule(
        payer=index,
        payee=index,
        how=st.sampled_from(sorted(PAYERS)),
        taker=st.sampled_from(sorted(TAKERS)),
        amount=amounts,
        seconds=st.sampled_from([b"-", b"-", b"0", b"5"]),
    )
    def send(self, payer: int, payee: int, how: str, taker: str, amount: int, seconds: bytes) -> None:
        arg = self.chosen(payee) + b"%s %d %s" % (taker.encode(), amount, seconds)
        self.submit(self.chosen(payer), how, arg)

    @rule(payer=index, payee=index, amount=amounts)
    def send_to_a_query(self, payer: int, payee: int, amount: int) -> None:
        self.submit(self.chosen(payer), "pay", self.chosen(payee) + b"accept_in_query %d -" % amount)

    @rule(number=index, method=st.sampled_from(sorted(TAKERS)), amount=amounts)
    def call(self, number: int, method: str, amount: int) -> None:
        self.submit(self.chosen(number), method, b"%d" % amount)

    @rule(number=index, amount=amounts)
    def found(self, number: int, amount: int) -> None:
        self.submit(self.chosen(number), "found", b"%d" % amount)

    @rule(rounds=st.integers(1, 4))
    def tick(self, rounds: int) -> None:
        self.replica.tick(rounds)

    @rule(seconds=st.sampled_from([1, 20, 4_000, 3_000_000]))
    def pass_time(self, seconds: int) -> None:
        self.replica.clock.advance(seconds=seconds)
        self.replica.tick()

    @rule(
        number=index, method=st.sampled_from(["stop_canister", "start_canister", "uninstall_code", "delete_canister"])
    )
    def manage(self, number: int, method: str) -> None:
        canister_id = self.chosen(number)
        if method == "delete_canister" and len(self.canisters) == 1:
            return
        arg = INTERFACE.encode_args(method, {"canister_id": canister_id})
        try:
            self.replica.submit(MANAGEMENT, method, arg, sender=ALICE, effective_canister_id=canister_id)
        except Reject:
            return

    @rule(giver=index, taker=index, amount=amounts)
    def give_and_be_gone(self, giver: int, taker: int, amount: int) -> None:
        """What is accepted of the gift comes from a canister that is deleted by then."""
        if len(self.canisters) > 1:
            self.replica.run_until_idle()
            self.submit(self.chosen(giver), "give", self.chosen(taker) + b"accept %d -" % amount)
            self.manage(giver, "stop_canister")
            self.manage(giver, "delete_canister")

    @rule(number=index, percent=st.integers(0, 100))
    def allocate(self, number: int, percent: int) -> None:
        """Compute at any price: the quickest way to freeze and to run out."""
        canister_id = self.chosen(number)
        args = {"canister_id": canister_id, "settings": {"compute_allocation": percent, "freezing_threshold": 1}}
        try:
            self.replica.manage("update_settings", args, sender=ALICE, target=canister_id)
        except Reject:
            return

    @rule(cycles=st.integers(0, 100 * AMOUNT))
    def create(self, cycles: int) -> None:
        if len(self.canisters) < CANISTERS_MAX:
            self.canisters.append(self.replica.canister(self.module, cycles=cycles))

    @rule(number=index, mode=st.sampled_from(["install", "reinstall", "upgrade"]))
    def install(self, number: int, mode: str) -> None:
        try:
            self.replica.install(self.chosen(number), self.module, mode=mode)
        except Reject:
            return

    @rule()
    def restart(self) -> None:
        self.replica.restart()


TestStory = Story.TestCase
TestStory.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
