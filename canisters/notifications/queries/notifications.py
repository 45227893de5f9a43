"""The next envelopes for the relay, with the subscriptions of everyone in them.

Envelopes that reach nobody any more are left out. If they are all there is within reach, the last of them is given
after all, with nobody in it, so that the relay moves on.
"""

from typing import Any

from kybra import Principal, Vec, query

from canisters.lib import env
from canisters.notifications import guards, queue, state, subscribers
from canisters.notifications.api import (
    NotificationEnvelope,
    NotificationsArgs,
    NotificationsResult,
    Subscription,
    UserSubscriptions,
)
from canisters.notifications.model.queue import ANSWER_BYTES_MAX, ENVELOPES_PER_POLL_MAX, recipients_of_envelope
from canisters.notifications.model.subscriptions import Subscriptions

_ENVELOPES_LOOKED_AT_MAX = 1_000
_BYTES_PER_RECIPIENT = 40
_BYTES_PER_SUBSCRIPTION = 160


@query
def notifications(args: NotificationsArgs) -> NotificationsResult:
    if not guards.is_relay(env.caller_bytes()):
        return {"NotAuthorized": None}
    totals = state.load_totals()
    start = max(args["from_notification_index"], totals["first"])
    return {"Success": _collect(start, min(totals["next"], start + _ENVELOPES_LOOKED_AT_MAX))}


def _collect(start: int, end: int) -> Any:
    envelopes: Vec[NotificationEnvelope] = []
    subscriptions: dict[bytes, Subscriptions] = {}
    size_bytes = 0
    for index in range(start, end):
        number, record = queue.find(index)
        for user_id in recipients_of_envelope(record["r"], number):
            if user_id not in subscriptions:
                subscriptions[user_id] = subscribers.load_active(user_id)
                size_bytes += _size_bytes(subscriptions[user_id])
        reached = [user_id for user_id in recipients_of_envelope(record["r"], number) if subscriptions[user_id]]
        is_last_chance = index == end - 1 and not envelopes
        if reached or is_last_chance:
            envelopes.append(_envelope(index, record, reached))
            size_bytes += len(record["b"]) + _BYTES_PER_RECIPIENT * len(reached)
        if len(envelopes) == ENVELOPES_PER_POLL_MAX or size_bytes > ANSWER_BYTES_MAX:
            break
    return {
        "notifications": envelopes,
        "subscriptions": [_user(user_id, active) for user_id, active in subscriptions.items() if active],
    }


def _envelope(index: int, record: dict[str, Any], reached: list[bytes]) -> NotificationEnvelope:
    return {
        "index": index,
        "timestamp": record["t"],
        "recipients": [Principal(user_id) for user_id in reached],
        "notification_bytes": record["b"],
    }


def _user(user_id: bytes, active: Subscriptions) -> UserSubscriptions:
    subscriptions: Vec[Subscription] = [
        {"endpoint": one["e"], "keys": {"p256dh": one["p"], "auth": one["a"]}} for one in active
    ]
    return {"user_id": Principal(user_id), "subscriptions": subscriptions}


def _size_bytes(active: Subscriptions) -> int:
    return sum(_BYTES_PER_SUBSCRIPTION + len(one["e"]) for one in active)
