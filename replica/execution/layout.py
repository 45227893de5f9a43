"""Breaks nested text into lines the way Rust's `pretty` does: a group stays on one line if that line has room for it.

Wadler, "A prettier printer". Candid's own printer is built on this, so `ic.candid_decode` breaks lines where it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

INDENT: Final = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line break, or `flat` where the group around it is on one line."""

    flat: str


@dataclass(frozen=True, slots=True)
class Row:
    """Parts one after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The same, on one line if there is room."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Nest:
    """The same, with lines that begin further to the right."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """Text that is only there where the group around it is broken into lines."""

    text: str


Part = str | Line | Row | Group | Nest | Broken
_Work = tuple[int, bool, Part]
"""Indentation, whether the group around is on one line, and what to print."""


def enclosed(left: str, items: Sequence[Part], separator: str, right: str, *, space: str) -> Part:
    """Items between two words, each on a line of its own and ended by the separator unless all fit on one line."""
    if not items:
        return left + right
    inside: list[Part] = [Line(space)]
    for position, item in enumerate(items):
        is_last = position == len(items) - 1
        inside += [item, Broken(separator)] if is_last else [item, separator, Line(" ")]
    return Group((left, Nest(tuple(inside)), Line(space), right))


def lay_out(part: Part, width: int) -> str:
    work: list[_Work] = [(0, False, part)]
    printed: list[str] = []
    column = 0
    while work:
        indent, is_flat, item = work.pop()
        if isinstance(item, str):
            printed.append(item)
            column += len(item)
        elif isinstance(item, Line) and not is_flat:
            printed.append("\n" + " " * indent)
            column = indent
        elif isinstance(item, Group) and not is_flat:
            fits = _fits([(indent, True, item)], work, width - column)
            work += [(indent, fits, each) for each in reversed(item.parts)]
        else:
            work += _opened(indent, is_flat, item)
    return "".join(printed)


def _opened(indent: int, is_flat: bool, item: Part) -> list[_Work]:
    """What a part consists of, last first."""
    if isinstance(item, Line):
        return [(indent, is_flat, item.flat)]
    if isinstance(item, Broken):
        return [] if is_flat else [(indent, is_flat, item.text)]
    if isinstance(item, Nest):
        return [(indent + INDENT, is_flat, each) for each in reversed(item.parts)]
    if isinstance(item, Row | Group):
        return [(indent, is_flat, each) for each in reversed(item.parts)]
    return [(indent, is_flat, item)]


def _fits(group: list[_Work], after: list[_Work], room: int) -> bool:
    """Whether a group on one line, and what follows it up to the next line break, has room."""
    position = len(after)
    while room >= 0:
        if not group:
            if position == 0:
                return True
            position -= 1
            group = [after[position]]
        indent, is_flat, item = group.pop()
        if isinstance(item, str):
            room -= len(item)
        elif isinstance(item, Line) and not is_flat:
            return True
        else:
            group += _opened(indent, is_flat, item)
    return False
