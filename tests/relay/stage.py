"""A relay in a test: a canister's queue in memory, a clock that is told the time, a push service on this machine."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from parley.agent import AgentUnreachable
from relay.clock import ManualClock
from relay.cursor import CursorFile
from relay.endpoints import EndpointRule
from relay.lanes import Bounds, Lanes
from relay.metrics import Metrics
from relay.processor import Pace, Processor
from relay.pusher import WebPusher
from relay.reader import Notification, Page, Subscription
from replica.principal import Principal
from tests.fixtures.push_service import PushService, running_push_service
from tests.fixtures.rfc8291 import Browser, base64url, new_browser, point

ALICE = Principal(b"alice")
BOB = Principal(b"bob")
PAGE_SIZE = 100
UNBOUNDED = Bounds()


@dataclass
class FakeCanister:
    """The notifications canister as `relay.reader.Reader` promises it."""

    clock: ManualClock
    queue: list[Notification] = field(default_factory=list)
    subscriptions: dict[Principal, list[Subscription]] = field(default_factory=dict)
    latest: int = 0
    is_away: bool = False
    reads: int = 0

    def latest_index(self) -> int:
        self._answer()
        return self.latest

    def read(self, from_index: int) -> Page:
        self._answer()
        self.reads += 1
        page = tuple(item for item in self.queue if item.index >= from_index)[:PAGE_SIZE]
        people = {user_id for item in page for user_id in item.recipients}
        return Page(page, {user_id: tuple(self.subscriptions.get(user_id, ())) for user_id in people})

    def prune(self, up_to_index: int) -> None:
        self._answer()
        self.queue = [item for item in self.queue if item.index > up_to_index]

    def remove(self, subscriptions: Iterable[Subscription]) -> None:
        self._answer()
        for subscription in subscriptions:
            self.subscriptions[subscription.user_id].remove(subscription)

    def queues(self, *recipients: Principal, payload: bytes = b'{"type":"direct_message"}') -> None:
        self.latest += 1
        timestamp_ms = int(self.clock.now() * 1000)
        self.queue.append(Notification(self.latest, timestamp_ms, recipients, payload))

    def _answer(self) -> None:
        if self.is_away:
            raise AgentUnreachable("connection refused")


@dataclass
class Stage:
    clock: ManualClock
    canister: FakeCanister
    push_service: PushService
    lanes: Lanes
    processor: Processor
    metrics: Metrics
    vapid_public_key: str
    directory: Path
    browsers: dict[str, Browser] = field(default_factory=dict)

    def subscribes(self, user_id: Principal, name: str, *, endpoint: str | None = None) -> Browser:
        browser = self.browsers[name] = new_browser()
        address = endpoint or self.push_service.endpoint(name)
        subscription = Subscription(user_id, address, browser.p256dh, browser.auth)
        self.canister.subscriptions.setdefault(user_id, []).append(subscription)
        return browser

    def received(self, name: str) -> list[bytes]:
        """What the browser could decrypt."""
        return [self.browsers[name].decrypt(delivery.body) for delivery in self.push_service.received(name)]

    async def settle(self) -> None:
        """Turn until nothing is under way and nothing may start."""
        await self.processor.turn()
        while self.lanes.in_flight_count():
            await self.lanes.drain()
            await self.processor.turn()

    async def after(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await self.settle()


@asynccontextmanager
async def a_stage(directory: Path, *, bounds: Bounds = UNBOUNDED, allow_loopback: bool = True) -> AsyncIterator[Stage]:
    """A relay that has started and found nothing yet."""
    clock, metrics = ManualClock(), Metrics()
    key = ec.generate_private_key(ec.SECP256R1())
    canister = FakeCanister(clock)
    pusher = WebPusher(
        Vapid02(key),
        subject="mailto:operator@example.com",
        rule=EndpointRule(allow_loopback=allow_loopback),
        clock=clock,
    )
    async with running_push_service() as push_service, pusher:
        lanes = Lanes(pusher, clock, metrics, bounds)
        processor = Processor(canister, lanes, CursorFile(directory / "cursor.json"), clock, metrics, Pace())
        public_key = base64url(point(key.public_key()))
        stage = Stage(clock, canister, push_service, lanes, processor, metrics, public_key, directory)
        await stage.settle()
        yield stage
