"""The workload of `bench.micro` is what it says: everything is answered, and equal runs end in equal states."""

from pathlib import Path

from bench.micro.sampling import Calls, Samples
from bench.micro.workload import Workload
from bench.world import World
from parley.people import Person
from replica.clock import VirtualClock


def test_every_message_of_the_workload_is_delivered(tmp_path: Path):
    world = World.open(tmp_path, VirtualClock())
    workload = Workload(world, clients=2)

    steps = workload.run(3)

    sender, recipient = world.person(0), world.person(2)
    reader = Person(world.agent(recipient.principal), world.deployment, "reader", recipient.user_id)
    texts = [message["content"]["Text"]["text"].strip() for message in reader.messages(sender.user_id)]
    world.close()
    assert steps.messages == 6
    assert texts == [f"message {number} of a run that measures" for number in (1, 3, 5)]


def test_watching_changes_nothing(tmp_path: Path):
    digests = []
    for name, watches in {"alone": (None, None), "watched": (Samples(), Calls())}.items():
        world = World.open(tmp_path / name, VirtualClock())
        workload = Workload(world, clients=2)
        for watch in watches:
            workload.run(2, watch)
        digests.append(world.core.state_digest())
        world.close()

    assert digests[0] == digests[1]


def test_calls_are_counted_by_part(tmp_path: Path):
    world = World.open(tmp_path, VirtualClock())
    workload = Workload(world, clients=1)
    calls = Calls()

    workload.run(1, calls)
    world.close()

    for part in ("envelope: signature", "canister code", "stable maps", "commit to disk", "answer: CBOR"):
        assert calls.parts[part] > 0, part
