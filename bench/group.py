"""A group of everybody: how long it takes from `send_message` until the notification to all members is queued.

The relay stands still meanwhile, since it would take the queue away; every member has a push subscription, since a
notification to nobody is none.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from bench.figures import Figures
from bench.runs import send_all, update_request
from bench.top_up import top_up
from parley.agent import HttpAgent
from parley.identity import FastIdentity, load_identity
from parley.interfaces import ask, call, interface
from parley.people import Person
from parley.temporary import RunningSystem
from replica.principal import Principal

ADDED_PER_CALL: Final = 100
MESSAGES: Final = 10
SUBSCRIBING_CLIENTS: Final = 16
# Nobody listens there, and nothing is sent there.
_ENDPOINT: Final = "http://127.0.0.1:9/push"
_KEYS: Final = {"p256dh": "B" + 86 * "A", "auth": 22 * "A"}


@dataclass(slots=True)
class GroupFigures:
    members: int = 0
    adding_seconds: float = 0.0
    subscriptions: Figures | None = None
    answered_ms: list[float] = field(default_factory=list)
    """Until the sender had the answer."""
    queued_ms: list[float] = field(default_factory=list)
    """Until the relay could read the notification of it."""
    recipients: int = 0
    """Of the last notification, as the relay reads it."""

    def median_queued_ms(self) -> float:
        return median(self.queued_ms)


class GroupRun:
    def __init__(
        self, system: RunningSystem, identities: Sequence[FastIdentity], user_ids: Sequence[Principal]
    ) -> None:
        """The first of the people is the owner."""
        self._system = system
        self._identities = identities
        self._user_ids = user_ids
        self._notifications = system.deployment["notifications"]
        self._figures = GroupFigures(members=len(identities))

    def measure(self, report: Callable[[str], None]) -> GroupFigures:
        self._system.relay.stop()
        url, figures = self._system.addresses.replica_url, self._figures
        report(f"making a group of {figures.members:,} members")
        relay_identity = load_identity(self._system.data.identity("relay"))
        with HttpAgent(url, self._identities[0]) as agent, HttpAgent(url, relay_identity) as relay:
            owner = Person(agent, self._system.deployment, "bench", self._user_ids[0])
            group_id = self._make_group(owner)
            figures.subscriptions = self._subscribe_everybody()
            for number in range(MESSAGES):
                self._send_one(owner, group_id, relay, number)
            self._empty_queue(relay)
        report(
            f"      a message to all is answered after {median(figures.answered_ms):.0f} ms, queued after "
            f"{figures.median_queued_ms():.0f} ms for {figures.recipients:,} recipients"
        )
        return figures

    def _make_group(self, owner: Person) -> Principal:
        group_id = owner.creates_group("everybody", is_public=False)
        top_up(owner.agent, [group_id])
        started_at = time.perf_counter()
        for start in range(1, len(self._user_ids), ADDED_PER_CALL):
            owner.adds(group_id, list(self._user_ids[start : start + ADDED_PER_CALL]))
        self._figures.adding_seconds = time.perf_counter() - started_at
        return group_id

    def _subscribe_everybody(self) -> Figures:
        subscription = {"subscription": {"endpoint": _ENDPOINT, "keys": _KEYS}}
        arg = interface("notifications").encode_args("push_subscription", subscription)
        port = self._system.addresses.port
        requests = [
            update_request(port, identity, self._notifications, "push_subscription", arg)
            for identity in self._identities
        ]
        return send_all(port, requests, clients=SUBSCRIBING_CLIENTS)

    def _send_one(self, owner: Person, group_id: Principal, relay: HttpAgent, number: int) -> None:
        before = self._latest_index(relay)
        started_at = time.perf_counter()
        owner.says(group_id, f"message {number} to everybody")
        answered_at = time.perf_counter()
        while (latest := self._latest_index(relay)) == before:
            pass
        queued_at = time.perf_counter()
        self._figures.answered_ms.append((answered_at - started_at) * 1000)
        self._figures.queued_ms.append((queued_at - started_at) * 1000)
        self._figures.recipients = self._count_recipients(relay, before + 1, latest)

    def _latest_index(self, relay: HttpAgent) -> int:
        latest: int = ask(relay, "notifications", self._notifications, "latest_notification_index")["Success"]
        return latest

    def _count_recipients(self, relay: HttpAgent, first: int, last: int) -> int:
        found = 0
        while first <= last:
            page = ask(relay, "notifications", self._notifications, "notifications", {"from_notification_index": first})
            envelopes = page["Success"]["notifications"]
            found += sum(len(envelope["recipients"]) for envelope in envelopes)
            first = envelopes[-1]["index"] + 1
        return found

    def _empty_queue(self, relay: HttpAgent) -> None:
        """As the relay does when it has sent everything: the next one is to find nothing to send."""
        arguments = {"up_to_notification_index": self._latest_index(relay)}
        while ask(relay, "notifications", self._notifications, "metrics")["queued_notifications"]:
            call(relay, "notifications", self._notifications, "remove_notifications", arguments)
