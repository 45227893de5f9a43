"""Reading values of composite types, out of readers of their parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from replica.candid.compiled import Call, Compiled
from replica.candid.limits import Budget, charge
from replica.candid.skippers import read_count, read_tag
from replica.candid.types import CandidError


class DoesNotFitError(CandidError):
    """The value is well-formed but is none of the expected type."""


def misfit(text: str) -> Compiled:
    """Reads what is none of the expected type."""

    def read_misfit(data: bytes, at: int, budget: Budget) -> tuple[None, int]:
        raise DoesNotFitError(text)

    return Compiled(read_misfit)


def null_reader(skipper: Compiled) -> Compiled:
    """Reads anything as null."""
    skip = skipper.call

    def read_as_null(data: bytes, at: int, budget: Budget) -> tuple[None, int]:
        return None, skip(data, at, budget)

    return Compiled(read_as_null, [skipper])


def bare_opt_reader(reader: Compiled, skipper: Compiled) -> Compiled:
    """Reads a value where an `opt` of it is expected."""
    read, skip = reader.call, skipper.call

    def read_bare_opt(data: bytes, at: int, budget: Budget) -> tuple[Any, int]:
        try:
            return read(data, at, budget)  # type: ignore[no-any-return]
        except DoesNotFitError:
            end: int = skip(data, at, budget)
        # The same bytes have now been read twice, and perhaps will be again by an opt further out.
        charge(budget, end - at)
        return None, end

    return Compiled(read_bare_opt, [reader, skipper])


def opt_reader(reader: Compiled, skipper: Compiled) -> Compiled:
    read_value = bare_opt_reader(reader, skipper)
    read = read_value.call

    def read_opt(data: bytes, at: int, budget: Budget) -> tuple[Any, int]:
        byte = data[at]
        if byte == 0:
            return None, at + 1
        if byte != 1:
            raise CandidError(f"{byte} does not say whether an opt has a value")
        return read(data, at + 1, budget)  # type: ignore[no-any-return]

    return Compiled(read_opt, [read_value])


def vec_reader(inner: Compiled, bytes_each: int) -> Compiled:
    read = inner.call

    def read_vec(data: bytes, at: int, budget: Budget) -> tuple[list[Any], int]:
        count, at = read_count(data, at, budget, bytes_each)
        items: list[Any] = []
        append = items.append
        for _ in range(count):
            item, at = read(data, at, budget)
            append(item)
        return items, at

    return Compiled(read_vec, [inner])


def record_reader(keys: Sequence[str], steps: Sequence[tuple[str | None, Compiled]], missing: int) -> Compiled:
    """`keys` in the order of the dictionary; `steps` in that of the wire, without a key for what nobody expects."""
    template: dict[str, Any] = dict.fromkeys(keys)
    parts = [part for _, part in steps]
    if missing or any(key is None for key, _ in steps):
        return Compiled(_evolved_record_reader(template, [(key, part.call) for key, part in steps], missing), parts)
    calls = [(key, part.call) for key, part in steps]

    def read_record(data: bytes, at: int, budget: Budget) -> tuple[dict[str, Any], int]:
        record = template.copy()
        for key, read in calls:
            record[key], at = read(data, at, budget)  # type: ignore[index]
        return record, at

    return Compiled(read_record, parts)


def _evolved_record_reader(template: dict[str, Any], steps: list[tuple[str | None, Call]], missing: int) -> Call:
    """For a record of another version of its type."""

    def read_evolved_record(data: bytes, at: int, budget: Budget) -> tuple[dict[str, Any], int]:
        charge(budget, missing)
        record = template.copy()
        for key, call in steps:
            if key is None:
                at = call(data, at, budget)
            else:
                record[key], at = call(data, at, budget)
        return record, at

    return read_evolved_record


def tuple_reader(steps: Sequence[tuple[int | None, Compiled]], size: int) -> Compiled:
    """Like `record_reader`, with positions for keys."""
    calls = [(position, part.call) for position, part in steps]
    missing = size - sum(position is not None for position, _ in steps)

    def read_tuple(data: bytes, at: int, budget: Budget) -> tuple[tuple[Any, ...], int]:
        charge(budget, missing)
        items: list[Any] = [None] * size
        for position, call in calls:
            if position is None:
                at = call(data, at, budget)
            else:
                items[position], at = call(data, at, budget)
        return tuple(items), at

    return Compiled(read_tuple, [part for _, part in steps])


def variant_reader(cases: Sequence[tuple[str, Compiled]]) -> Compiled:
    """`cases` by their position in the type that was sent."""
    calls = [(tag, part.call) for tag, part in cases]

    def read_variant(data: bytes, at: int, budget: Budget) -> tuple[dict[str, Any], int]:
        index, at = read_tag(data, at, calls)
        tag, read = calls[index]
        payload, at = read(data, at, budget)
        return {tag: payload}, at

    return Compiled(read_variant, [part for _, part in cases])
