"""Dates from a clock other than that of the Internet Computer."""

from datetime import date, datetime

from kybra import query, text


@query
def now() -> text:
    return datetime.now().isoformat()  # refused: 45


@query
def today() -> text:
    return date.today().isoformat()  # refused: 45
