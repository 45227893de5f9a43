"""Fills a running system with people and talk, so that there is something to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
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
_PUBLIC_GROUP: Final = ("Saturday walkers", "Where we walk next, and who brings the tea.")
_PUBLIC_TALK: Final = (
    ("alice", "Welcome, everybody. Next walk: around the lake, about eleven kilometres."),
    ("carol", "Lovely. Is the wooden bridge open again?"),
    ("dave", "Since Tuesday. I walked over it and it did not even creak."),
    ("bob", "I come by boat and wave at you from the middle."),
    ("carol", "Then somebody has to photograph that."),
    ("alice", "Meeting point is the old mill, nine o'clock."),
)
_PRIVATE_GROUP: Final = ("The boat crew", "For those who row.")
_PRIVATE_TALK: Final = (
    ("alice", "This one is only for us: nobody finds it who was not added."),
    ("dave", "Good. Then I can admit that I cannot row."),
    ("bob", "You hold the bucket, we agreed on that."),
)


def demo(
    url: str,
    deployment: Deployment,
    identities: Path,
    *,
    talk_to: str | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> None:
    """Register the cast and let them talk, once; with `talk_to`, they also write to that user and take them in."""
    with ExitStack() as agents:
        people = dict(_register(url, deployment, identities, agents, report))
        groups = people["alice"].chats()["group_chats"]
        if not groups:
            _talk_in_pairs(people, report)
            _talk_in_public(people, report)
        # The group made last is the private one; a demo that was cut short before it makes it now.
        newest = max(groups, key=lambda group: int(group["date_joined"])) if len(groups) > 1 else None
        crew = Principal(newest["chat_id"]) if newest else _talk_in_private(people, report)
        if talk_to is not None:
            _talk_to(people, crew, talk_to)
            report(f"everybody wrote to {talk_to}, and added them to “{_PRIVATE_GROUP[0]}”")


def _register(
    url: str, deployment: Deployment, identities: Path, agents: ExitStack, report: Callable[[str], None]
) -> Iterator[tuple[str, Person]]:
    for name in CAST:
        identity = ensure_identity(identities / f"demo-{name}.pem")
        agent = agents.enter_context(HttpAgent(url, identity))
        person = Person.registers(agent, deployment, f"{name}_demo")
        report(f"{person.username} in canister {person.user_id.text}")
        yield name, person


def _talk_in_pairs(people: dict[str, Person], report: Callable[[str], None]) -> None:
    for sender, recipient, text in _DIRECT_TALK:
        people[sender].sends(people[recipient].user_id, text)
    report(f"{len(_DIRECT_TALK)} direct messages")


def _talk_in_public(people: dict[str, Person], report: Callable[[str], None]) -> None:
    """A group that anybody finds and joins."""
    name, description = _PUBLIC_GROUP
    group_id = people["alice"].creates_group(name, description=description)
    for person in _others(people):
        person.joins(group_id)
    _say(people, group_id, _PUBLIC_TALK)
    report(f"{len(_PUBLIC_TALK)} messages in the public group “{name}”")


def _talk_in_private(people: dict[str, Person], report: Callable[[str], None]) -> Principal:
    """A group that people are added to; answers its id."""
    name, description = _PRIVATE_GROUP
    group_id = people["alice"].creates_group(name, description=description, is_public=False)
    people["alice"].adds(group_id, [person.user_id for person in _others(people)])
    _say(people, group_id, _PRIVATE_TALK)
    report(f"{len(_PRIVATE_TALK)} messages in the private group “{name}”")
    return group_id


def _others(people: dict[str, Person]) -> list[Person]:
    """Everybody but alice."""
    return [person for name, person in people.items() if name != "alice"]


def _say(people: dict[str, Person], group_id: Principal, talk: tuple[tuple[str, str], ...]) -> None:
    for sender, text in talk:
        people[sender].says(group_id, text)


def _talk_to(people: dict[str, Person], group_id: Principal, username: str) -> None:
    visitor = people["alice"].finds(username)
    for name, person in people.items():
        person.sends(visitor, f"Hello {username}, {name} here. Glad you found your way to Parley.")
    try:
        people["alice"].adds(group_id, [visitor])
    except Refused as refusal:
        if "already_in_group" not in str(refusal):
            raise
