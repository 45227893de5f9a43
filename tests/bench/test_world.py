"""A world is filled by canisters, repeatable, and forgets old requests when it rests."""

from pathlib import Path

from bench.world import World, message_id, name_of
from parley.people import Person
from replica.clock import VirtualClock


def test_a_message_in_a_world_is_read_by_its_recipient(tmp_path: Path):
    world = World.open(tmp_path, VirtualClock())
    world.registers(3)
    alice, _, bob = world.people([0, 1, 2])

    world.round([world.message(alice, bob, "hello")])

    reader = Person(world.agent(bob.principal), world.deployment, name_of(2), bob.user_id)
    (message,) = reader.messages(alice.user_id)
    world.close()
    assert message["content"]["Text"]["text"].strip() == "hello"
    assert message["message_id"] == message_id(1)


def test_the_signer_of_a_person_is_who_registered(tmp_path: Path):
    world = World.open(tmp_path, VirtualClock())
    world.registers(1)

    person = world.person(0)
    world.close()

    assert person.identity.principal == person.principal


def test_after_a_rest_nothing_is_known_of_earlier_requests(tmp_path: Path):
    world = World.open(tmp_path, VirtualClock())
    world.registers(2)
    alice, bob = world.people([0, 1])
    request = world.message(alice, bob, "hello")
    world.round([request])
    assert world.core.is_finished(request.request_id)

    world.rest()

    known = world.core.is_finished(request.request_id)
    world.close()
    assert not known


def test_a_world_goes_on_where_it_was_closed(tmp_path: Path):
    world = World.open(tmp_path, VirtualClock())
    world.registers(2)
    world.close()

    world.open_again()
    world.registers(1)

    names = [world.person(number).user_id for number in range(3)]
    world.close()
    assert len(set(names)) == 3


def test_no_user_name_begins_with_another():
    assert not name_of(12).startswith(name_of(1))
