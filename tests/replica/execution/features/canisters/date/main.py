"""Dates from the time of the Internet Computer: no wall clock is asked."""

from datetime import UTC, datetime, timedelta

from kybra import ic, int64, nat64, query, text


@query
def now() -> text:
    return of(ic.time()).isoformat()


@query
def iso(nanoseconds: nat64) -> text:
    return of(nanoseconds).isoformat()


def of(nanoseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=nanoseconds // 1_000)


@query
def days_between(first: text, second: text) -> int64:
    return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).days
