"""Fills a running system with people and talk, so that there is something to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from parley.agent import HttpAgent
from parley.deployment import Deployment
from parley.identity import ensure_identity
from parley.people import Person, Refused
from replica.principal import Principal

CAST: Final = ("alice", "bob", "carol", "dave")

_DIRECT_TALK: Final = (
    ("alice", "bob", "Morning! Are you still coming to the lake on Saturday?"),
    ("bob", "alice", "Yes. I will bring the small boat if the wind stays low."),
    ("alice", "bob", "Then I bring bread, cheese and the big thermos."),
    ("bob", "alice", "Deal. Eight o'clock at the bridge?"),
    ("alice", "bob", "Eight is good. Bring a jumper, the water is cold in the morning."),
    ("carol", "alice", "Did you find the map of the northern path?"),
    ("alice", "carol", "It was in the drawer all along. I will send you a photo tonight."),
    ("dave", "carol", "The library has the book you asked about. Two weeks, no renewals."),
    ("carol", "dave", "Two weeks is plenty, thank you!"),
    ("dave", "bob", "Is the boat watertight by now, or should I bring a bucket?"),
    ("bob", "dave", "Bring a bucket."),
)
_GROUP: Final = ("Saturday walkers", "Where we walk next, and who brings the tea.")
_GROUP_TALK: Final = (
    ("alice", "Welcome, everybody. Next walk: around the lake, about eleven kilometres."),
    ("carol", "Lovely. Is the wooden bridge open again?"),
    ("dave", "Since Tuesday. I walked over it and it did not even creak."),
    ("bob", "I come by boat and wave at you from the middle."),
    ("carol", "Then somebody has to photograph that."),
    ("alice", "Meeting point is the old mill, nine o'clock."),
)


def demo(
    url: str,
    deployment: Deployment,
    identities: Path,
    *,
    talk_to: str | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> None:
    """Register the cast and let them talk, once; with `talk_to`, they also write to that user and to their group."""
    people = dict(_register(url, deployment, identities, report))
    groups = people["alice"].chats()["group_chats"]
    group_id = Principal(groups[0]["chat_id"]) if groups else _talk(people, report)
    if talk_to is not None:
        _talk_to(people, group_id, talk_to)
        report(f"everybody wrote to {talk_to}")


def _register(
    url: str, deployment: Deployment, identities: Path, report: Callable[[str], None]
) -> Iterator[tuple[str, Person]]:
    for name in CAST:
        identity = ensure_identity(identities / f"demo-{name}.pem")
        person = Person.registers(HttpAgent(url, identity), deployment, f"{name}_demo")
        report(f"{person.username} in canister {person.user_id.text}")
        yield name, person


def _talk(people: dict[str, Person], report: Callable[[str], None]) -> Principal:
    """Direct messages, then a group that everybody joins; answers the group's id."""
    for sender, recipient, text in _DIRECT_TALK:
        people[sender].sends(people[recipient].user_id, text)
    report(f"{len(_DIRECT_TALK)} direct messages")

    name, description = _GROUP
    group_id = people["alice"].creates_group(name, description=description)
    for person in people.values():
        if person.username != people["alice"].username:
            person.joins(group_id)
    for sender, text in _GROUP_TALK:
        people[sender].says(group_id, text)
    report(f"{len(_GROUP_TALK)} messages in the group “{name}”")
    return group_id


def _talk_to(people: dict[str, Person], group_id: Principal, username: str) -> None:
    visitor = people["alice"].finds(username)
    for name, person in people.items():
        person.sends(visitor, f"Hello {username}, {name} here. Glad you found your way to Parley.")
    try:
        people["alice"].adds(group_id, [visitor])
    except Refused as refusal:
        if "already_in_group" not in str(refusal):
            raise
