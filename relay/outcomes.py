"""What can come of one push, and what the relay does about it.

| status | outcome | then |
|---|---|---|
| 200, 201, 202 | Delivered | done |
| 404, 410 | SubscriptionGone | the canister forgets the subscription |
| 413 | TooLarge | once more, with a message that only says "something new" |
| 401, 403 | Unauthorized | the host is left alone for a while, and the operator is told |
| 429 | TryLater | the host rests as long as it asks |
| 5xx, timeout, no connection | TryLater | the host rests, longer each time; dropped after the time to live |
| anything else | Refused | dropped and counted: it is malformed, and trying again would not help |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class Delivered:
    pass


@dataclass(frozen=True, slots=True)
class SubscriptionGone:
    pass


@dataclass(frozen=True, slots=True)
class TooLarge:
    pass


@dataclass(frozen=True, slots=True)
class Unauthorized:
    pass


@dataclass(frozen=True, slots=True)
class TryLater:
    """`retry_after_seconds` is what the service asked for, if it did."""

    retry_after_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    reason: str


Outcome = Delivered | SubscriptionGone | TooLarge | Unauthorized | TryLater | Refused


def outcome_of(status: int, retry_after: str | None, *, now: float) -> Outcome:
    match status:
        case 200 | 201 | 202:
            return Delivered()
        case 404 | 410:
            return SubscriptionGone()
        case 413:
            return TooLarge()
        case 401 | 403:
            return Unauthorized()
        case 429:
            return TryLater(seconds_of(retry_after, now=now))
        case _ if status >= 500:
            return TryLater(seconds_of(retry_after, now=now))
        case _:
            return Refused(f"status {status}")


def seconds_of(retry_after: str | None, *, now: float) -> float | None:
    """`Retry-After` is a number of seconds or a date. RFC 9110 §10.2.3. What is neither is ignored."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.fromtimestamp(now, UTC)).total_seconds())
