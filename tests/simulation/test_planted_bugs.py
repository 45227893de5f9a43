"""The simulator finds what it is there to find: each test plants one bug, and a bounded number of seeds must meet it.

Bugs in canisters are planted in a copy of their source, bugs in the replica in its classes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from replica.routing.calls import Calls
from replica.routing.messages import CallResponse
from replica.state.store import Store
from tests.simulation.run import InvariantBroken, run
from tests.simulation.world import World, make_world

SEEDS_MAX = 40


@dataclass(frozen=True, slots=True)
class Bug:
    """Text in a file of the canisters is replaced, and an invariant breaks."""

    name: str
    file: str
    edits: tuple[tuple[str, str], ...]
    found_as: str

    def plant(self, canisters: Path) -> None:
        path = canisters / self.file
        source = path.read_text()
        for before, after in self.edits:
            assert source.count(before) == 1, f"{self.name}: the source has changed, plant the bug anew"
            source = source.replace(before, after)
        path.write_text(source)


BUGS = [
    Bug(
        name="the outbox sends the newest first",
        file="lib/outbox.py",
        edits=(
            ("for number in range(state", "for number in reversed(range(state"),
            ("BATCH_ITEMS_MAX)):", "BATCH_ITEMS_MAX))):"),
        ),
        found_as="I1",
    ),
    Bug(
        name="the outbox forgets what was not confirmed",
        file="lib/outbox.py",
        edits=(('range(state["b"], min(next_number, state["n"]))', 'range(state["b"], state["n"])'),),
        found_as="I1",
    ),
    Bug(
        name="the receiver takes a repeat for something new",
        file="user/updates/c2c_push_events.py",
        edits=(
            ('if sequence_number == chat["inbox"]:', "if True:"),
            ('chat["inbox"] += 1', 'chat["inbox"] = max(chat["inbox"], sequence_number + 1)'),
            ("    if events.find_message_id(state.EVENTS, prefix, message.message_id) is not None:", "    if False:"),
        ),
        found_as="I[13]",
    ),
    Bug(
        name="the sender stores a message again when it is sent again",
        file="user/updates/send_message.py",
        edits=(("earlier_answer(args, number) or reply_refusal", "reply_refusal"),),
        found_as="I[13]",
    ),
    Bug(
        name="a change of the list of blocked people leaves no stamp",
        file="user/blocking.py",
        edits=(('    blocked["updated"] = state.touch(totals, env.now_ms())\n', ""),),
        found_as="I6",
    ),
    Bug(
        name="anybody may read",
        file="user/guards.py",
        edits=(("if env.caller_bytes() == state.owner():", "if env.caller_bytes() != env.ANONYMOUS:"),),
        found_as="I[45]",
    ),
]


def found(world: World, folder: Path) -> str:
    """What the first seed says that meets the bug."""
    for seed in range(SEEDS_MAX):
        try:
            run(world, folder, seed)
        except InvariantBroken as broken:
            return str(broken)
    raise AssertionError(f"{SEEDS_MAX} seeds passed by the planted bug")


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_planted_in_a_canister_is_found(bug: Bug, tmp_path: Path):
    world = make_world(tmp_path / "world", change=bug.plant)

    assert_names(found(world, tmp_path), bug.found_as)


def assert_names(text: str, invariant: str) -> None:
    assert re.search(rf"step \d+ of \d+: {invariant}: ", text), text


def forget_to_roll_back(store: Store) -> None:
    """In a round; queries are never kept."""
    if store._round is not None:
        store.commit_message()
    elif store._child is not None:
        store._child.abort()
        store._end_message()
    else:
        store._end_message()


def test_a_trap_that_does_not_undo_is_found(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Store, "abort_message", forget_to_roll_back)

    assert_names(found(world, tmp_path), "I7")


def test_cycles_that_do_not_come_back_are_found(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    deliver: Callable[[Calls, CallResponse], None] = Calls.deliver

    def deliver_without_refund(calls: Calls, message: CallResponse) -> None:
        message.call.sender.cycles_in_flight -= message.refund
        message.refund = 0
        deliver(calls, message)

    monkeypatch.setattr(Calls, "deliver", deliver_without_refund)

    assert_names(found(world, tmp_path), "I10")
