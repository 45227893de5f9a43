"""The subscriptions of one person: one for each browser, found by its key.

A subscription is a map: `e` endpoint, `p` p256dh, `a` auth, `t` when it was last pushed here (ms).
"""

from typing import Any

SUBSCRIPTIONS_MAX = 10
LIFETIME_MS = 365 * 24 * 3_600_000

Subscriptions = list[dict[str, Any]]


def put(subscriptions: Subscriptions, endpoint: str, p256dh: str, auth: str, now_ms: int) -> Subscriptions:
    """With this one added or refreshed, newest last. The least recently refreshed go when there are too many."""
    others = [one for one in active(subscriptions, now_ms) if one["p"] != p256dh and one["e"] != endpoint]
    return [*others, {"e": endpoint, "p": p256dh, "a": auth, "t": now_ms}][-SUBSCRIPTIONS_MAX:]


def remove(subscriptions: Subscriptions, p256dh_keys: list[str]) -> Subscriptions:
    return [one for one in subscriptions if one["p"] not in p256dh_keys]


def active(subscriptions: Subscriptions, now_ms: int) -> Subscriptions:
    """Those that a browser has confirmed within a year."""
    return [one for one in subscriptions if now_ms - one["t"] < LIFETIME_MS]
