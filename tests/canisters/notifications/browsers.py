"""What browsers and the relay do with the notifications canister."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from typing import Any

from parley.interfaces import ask, call
from tests.fixtures.people import RELAY, Person, System


def p256dh(browser: str) -> str:
    point = b"\x04" + hashlib.sha512(browser.encode()).digest()
    return urlsafe_b64encode(point).decode().rstrip("=")


def subscription(browser: str, **changes: object) -> dict[str, Any]:
    auth = urlsafe_b64encode(hashlib.md5(browser.encode(), usedforsecurity=False).digest()).decode().rstrip("=")
    endpoint = f"https://push.example.org/{hashlib.sha256(browser.encode()).hexdigest()}"
    return {"endpoint": endpoint, "keys": {"p256dh": p256dh(browser), "auth": auth}, **changes}


def subscribe(person: Person, browser: str, **changes: object) -> Any:
    return _call(person, "push_subscription", {"subscription": subscription(browser, **changes)})


def unsubscribe(person: Person, browser: str) -> Any:
    return _call(person, "remove_subscription", {"p256dh_key": p256dh(browser)})


def exists(person: Person, browser: str) -> Any:
    notifications = person.system.deployment["notifications"]
    return ask(person.agent, "notifications", notifications, "subscription_exists", {"p256dh_key": p256dh(browser)})


def metrics(system: System) -> dict[str, Any]:
    return dict(ask(system.operator, "notifications", system.deployment["notifications"], "metrics"))


def polls(system: System, start: int = 1) -> dict[str, Any]:
    """What the relay gets from an index on."""
    relay = system.replica.agent(RELAY)
    notifications = system.deployment["notifications"]
    answer = ask(relay, "notifications", notifications, "notifications", {"from_notification_index": start})
    return dict(answer["Success"])


def prunes(system: System, up_to: int) -> Any:
    return as_relay(system, "remove_notifications", {"up_to_notification_index": up_to})


def as_relay(system: System, method: str, args: object) -> Any:
    relay = system.replica.agent(RELAY)
    return call(relay, "notifications", system.deployment["notifications"], method, args)


def pushed(system: System, start: int = 1) -> list[tuple[list[bytes], dict[str, Any]]]:
    """Recipients and payload of everything queued."""
    envelopes = polls(system, start)["notifications"]
    return [(one["recipients"], json.loads(bytes(one["notification_bytes"]))) for one in envelopes]


def _call(person: Person, method: str, args: object) -> Any:
    result = call(person.agent, "notifications", person.system.deployment["notifications"], method, args)
    person.system.settle()
    return result
