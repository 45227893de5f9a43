"""The notifications canister as the relay sees it: read, prune, and give back what is dead.

Signing and transport are ic-py's (through `parley.agent`); argument types come from the canister's `.did` file. Calls
block, so the processor runs them in a worker thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from parley.agent import Agent
from parley.interfaces import ask, call
from replica.principal import Principal


@dataclass(frozen=True, slots=True)
class Subscription:
    """One browser of one person. The endpoint is a secret address: who knows it can send to it."""

    user_id: Principal
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class Notification:
    index: int
    timestamp_ms: int
    recipients: tuple[Principal, ...]
    payload: bytes


@dataclass(frozen=True, slots=True)
class Page:
    notifications: tuple[Notification, ...]
    subscriptions: Mapping[Principal, tuple[Subscription, ...]]


class NotAuthorized(Exception):
    """The canister does not know this relay's principal; only its operator can change that."""


class Reader(Protocol):
    def latest_index(self) -> int: ...
    def read(self, from_index: int) -> Page: ...
    def prune(self, up_to_index: int) -> None: ...
    def remove(self, subscriptions: Iterable[Subscription]) -> None: ...


class CanisterReader:
    """A `Reader` over the notifications canister."""

    def __init__(self, agent: Agent, canister_id: Principal) -> None:
        self._agent = agent
        self._canister_id = canister_id

    def latest_index(self) -> int:
        index: int = _success(ask(self._agent, "notifications", self._canister_id, "latest_notification_index"))
        return index

    def read(self, from_index: int) -> Page:
        arguments = {"from_notification_index": from_index}
        page = _success(ask(self._agent, "notifications", self._canister_id, "notifications", arguments))
        return Page(
            notifications=tuple(_notification(item) for item in page["notifications"]),
            subscriptions={
                Principal(item["user_id"]): tuple(
                    _subscription(item["user_id"], each) for each in item["subscriptions"]
                )
                for item in page["subscriptions"]
            },
        )

    def prune(self, up_to_index: int) -> None:
        self._update("remove_notifications", {"up_to_notification_index": up_to_index})

    def remove(self, subscriptions: Iterable[Subscription]) -> None:
        keys: dict[Principal, list[str]] = {}
        for subscription in subscriptions:
            keys.setdefault(subscription.user_id, []).append(subscription.p256dh)
        users = [{"user_id": user_id, "p256dh_keys": p256dh_keys} for user_id, p256dh_keys in keys.items()]
        self._update("remove_subscriptions", {"subscriptions": users})

    def _update(self, method: str, arguments: dict[str, object]) -> None:
        _success(call(self._agent, "notifications", self._canister_id, method, arguments))


def _success(result: Any) -> Any:
    if "Success" not in result:
        raise NotAuthorized("the notifications canister does not accept this relay's identity")
    return result["Success"]


def _notification(item: Mapping[str, Any]) -> Notification:
    return Notification(
        index=item["index"],
        timestamp_ms=item["timestamp"],
        recipients=tuple(Principal(user_id) for user_id in item["recipients"]),
        payload=bytes(item["notification_bytes"]),
    )


def _subscription(user_id: bytes, item: Mapping[str, Any]) -> Subscription:
    keys = item["keys"]
    return Subscription(Principal(user_id), item["endpoint"], keys["p256dh"], keys["auth"])
