"""`kill -9` of the replica while two people write to each other: nothing acknowledged is lost, nothing is doubled.

PARLEY_KILLS says how often (nightly: 200); PARLEY_SEED says after how many messages each kill comes.
"""

import os
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from parley.agent import AgentError
from parley.people import Person
from tests.fixtures.stack import Stack, a_stack, eventually

KILLS = int(os.environ.get("PARLEY_KILLS", "3"))
SEED = int(os.environ.get("PARLEY_SEED", "1"))
BURST_SECONDS_MAX = 60.0
DELIVERY_SECONDS_MAX = 90.0


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    with a_stack(tmp_path_factory.mktemp("kill")) as running:
        yield running


@dataclass
class Writer:
    """Sends numbered texts one after another, as fast as answers come, and remembers which were acknowledged.

    A call that ends without an answer may have happened: as the web client does, it is sent again with the same
    message id before anything newer, so that the order in which people read is the order in which it was written.
    """

    person: Person
    peer: Person
    prefix: str
    acknowledged: list[str] = field(default_factory=list)
    sent: int = 0
    pending: tuple[int, str] | None = None

    def writes_one(self) -> bool:
        """Whether one more text was acknowledged."""
        if self.pending is None:
            self.sent += 1
            self.pending = (self.person.message_id(), f"{self.prefix} {self.sent}")
        return self.repeats_pending()

    def repeats_pending(self) -> bool:
        assert self.pending is not None
        message_id, text = self.pending
        try:
            self.person.sends(self.peer.user_id, text, message_id=message_id)
        except AgentError:
            return False
        self.acknowledged.append(text)
        self.pending = None
        return True

    def is_delivered(self) -> bool:
        return by(self.person, texts(self.peer, self.person)) == self.acknowledged


def texts(reader: Person, them: Person) -> list[tuple[bytes, str]]:
    return [(bytes(m["sender"]), m["content"]["Text"]["text"]) for m in reader.messages(them.user_id)]


def by(sender: Person, chat: list[tuple[bytes, str]]) -> list[str]:
    return [text for author, text in chat if author == sender.user_id]


def kill_while_writing(stack: Stack, writers: list[Writer], acknowledgements: int) -> None:
    """Let everybody write, and kill the replica once so many messages more have been acknowledged."""
    stop, enough = threading.Event(), threading.Event()
    goal = sum(len(writer.acknowledged) for writer in writers) + acknowledgements

    def write(writer: Writer) -> None:
        while not stop.is_set() and writer.writes_one():
            if sum(len(each.acknowledged) for each in writers) >= goal:
                enough.set()

    threads = [threading.Thread(target=write, args=[writer]) for writer in writers]
    for thread in threads:
        thread.start()
    assert enough.wait(BURST_SECONDS_MAX)
    stack.kill_replica()
    stop.set()
    for thread in threads:
        thread.join()
    stack.start_replica()


def test_after_kill_9_both_sides_hold_exactly_what_was_acknowledged_once_and_in_order(stack):
    alice, bob = stack.person("alice"), stack.person("bob")
    writers = [Writer(alice, bob, "from alice"), Writer(bob, alice, "from bob")]
    moments = random.Random(SEED)  # noqa: S311  # repeatable, not secret

    for _ in range(KILLS):
        kill_while_writing(stack, writers, moments.randint(5, 200))
        # What was in flight is repeated first, so that everything sent is now acknowledged.
        for writer in writers:
            assert writer.pending is None or writer.repeats_pending()

    eventually(lambda: all(writer.is_delivered() for writer in writers), timeout_seconds=DELIVERY_SECONDS_MAX)
    for writer in writers:
        assert by(writer.person, texts(writer.person, writer.peer)) == writer.acknowledged
        assert by(writer.person, texts(writer.peer, writer.person)) == writer.acknowledged
