"""Three people talk while their canisters stop, their code is upgraded and the replica crashes. Invariants I1 to I3.

Each seed is one story. Afterwards everything runs and time passes; then both sides of every chat must have the same
messages of each author in the order they were written, everything acknowledged must be there, and both must agree on
what was read. A failure names the seed, and the same seed tells the same story again.
"""

import pytest

from replica.rng import SeededRng
from tests.fixtures.people import System, messages

STEPS = 120


class Story:
    def __init__(self, system: System, people: list, seed: int) -> None:
        self.system = system
        self.people = people
        self.rng = SeededRng(seed)
        self.stopped: set[int] = set()
        self.acknowledged: list[tuple[int, int, str]] = []
        self.sent = 0

    def pick(self, count: int) -> int:
        return int.from_bytes(self.rng.bytes(4), "big") % count

    def step(self) -> None:
        moves = [self.send] * 6 + [self.mark_read] * 3 + [self.stop, self.start, self.start, self.crash, self.wait]
        moves[self.pick(len(moves))]()

    def pair(self) -> tuple[int, int]:
        author = self.pick(3)
        return author, (author + 1 + self.pick(2)) % 3

    def text(self) -> str:
        self.sent += 1
        return f"message {self.sent}"

    def send(self) -> None:
        author, reader = self.pair()
        if author not in self.stopped:
            text = self.text()
            assert "Success" in self.people[author].sends(self.people[reader], text)
            self.acknowledged.append((author, reader, text))

    def mark_read(self) -> None:
        reader, author = self.pair()
        if reader not in self.stopped:
            self.people[reader].marks_read(self.people[author], self.pick(40))

    def stop(self) -> None:
        person = self.pick(3)
        if person not in self.stopped:
            self.system.stop(self.people[person].user_id)
            self.stopped.add(person)

    def start(self) -> None:
        for person in list(self.stopped)[:1]:
            self.system.start(self.people[person].user_id)
            self.stopped.discard(person)

    def wait(self) -> None:
        self.system.wait(seconds=self.pick(90))

    def crash(self) -> None:
        """Kill the replica some messages after a send was handed in."""
        author, reader = self.pair()
        if author in self.stopped:
            return
        text = self.text()
        self.system.restart(messages_per_round_max=1)
        request = self.people[author].submits(self.people[reader], text)
        self.system.replica.tick(self.pick(9))
        if self.system.replica.core.is_finished(request):
            self.acknowledged.append((author, reader, text))
        self.system.restart(messages_per_round_max=20_000)
        self.system.settle()

    def upgrade(self, module: bytes) -> None:
        self.system.give_user_module(module, "0.2.0")
        self.stopped.clear()

    def end(self) -> None:
        while self.stopped:
            self.start()
        for _ in range(5):
            self.system.wait(minutes=5)


def texts_by(author, page):
    return [body["content"]["Text"]["text"] for body in messages(page) if body["sender"] == author.user_id]


def newest_read(author, page, read_up_to):
    """The newest message of this author up to a read mark."""
    if read_up_to is None:
        return None
    read = [body for body in messages(page) if body["message_index"] <= read_up_to and body["sender"] == author.user_id]
    return read[-1]["content"]["Text"]["text"] if read else None


def indexes(page):
    return [wrapper["index"] for wrapper in page["Success"]["events"]]


@pytest.mark.parametrize("seed", range(5))
def test_both_sides_agree_in_the_end(system, bundles, alice, bob, carol, seed):
    people = [alice, bob, carol]
    assert all(person.user_id for person in people)
    story = Story(system, people, seed)
    for step in range(STEPS):
        story.step()
        if step == STEPS // 2:
            story.upgrade(bundles.get("user", version="simulated", change=add_a_comment))
    story.end()

    for author, reader in ((a, b) for a in range(3) for b in range(3) if a != b):
        mine, theirs = people[author].pages(people[reader]), people[reader].pages(people[author])
        if mine == {"ChatNotFound": None}:
            assert theirs == mine
            continue
        written = texts_by(people[author], mine)
        assert written == texts_by(people[author], theirs)
        assert len(set(written)) == len(written)
        acknowledged = [text for by, to, text in story.acknowledged if (by, to) == (author, reader)]
        assert [text for text in written if text in acknowledged] == acknowledged
        assert indexes(mine) == list(range(len(indexes(mine))))

        summaries = people[author].summary(people[reader]), people[reader].summary(people[author])
        read_by_them = newest_read(people[author], mine, summaries[0]["read_by_them_up_to"])
        assert read_by_them == newest_read(people[author], theirs, summaries[1]["read_by_me_up_to"])
        assert not summaries[0]["delivery_failed"]


def add_a_comment(canisters):
    path = canisters / "lib" / "version.py"
    path.write_text(path.read_text() + "\n# The next version.\n")
