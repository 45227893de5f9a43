"""Making readers: one function per pair of the type that was sent and the type that is expected.

What does not fit is found when a value is there that does not fit: an empty `vec int` is a fine `vec text`. A value
that does not fit makes the nearest `opt` around it null, and without one the message is refused. That is how new
fields and new tags reach those who do not know them. Candid specification, "Deserialisation".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from replica.candid import composite_readers
from replica.candid.compiled import Call, Compiled, CompiledParts
from replica.candid.extents import Extents
from replica.candid.primitive_readers import PRIMITIVES, function_reader, principal_reader, read_blob
from replica.candid.skippers import Skippers
from replica.candid.subtyping import is_subtype
from replica.candid.types import (
    Field,
    Func,
    Future,
    Named,
    Opt,
    Prim,
    Record,
    Resolved,
    Service,
    Type,
    Variant,
    Vec,
    has_default,
    resolve,
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What stands in Python for those parts of a value that Python has no words for."""

    principal: Callable[[bytes], Any]
    service: Callable[[str, bytes], Any]
    """From the name of the expected type, if it has one, and the principal."""
    key: Callable[[Field], str]
    """The key of a field or tag in its dictionary."""


_WITHOUT_VALUE: Final = (Prim("null"), Prim("reserved"))


class Readers:
    """The readers for one message: from the position of a value to the value and the position after it."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._extents = Extents()
        self._skippers = Skippers(self._extents)
        self._parts = CompiledParts()

    def skipper(self, sent: Type) -> Compiled:
        return self._skippers.skipper(sent)

    def reader(self, sent: Type, expected: Type) -> Compiled:
        # The name counts where it makes the value: services are instances of the class of that name.
        name = expected.name if isinstance(expected, Named) else ""
        from_type, to_type = resolve(sent), resolve(expected)
        key = (id(from_type), id(to_type), name)
        return self._parts.get(key, lambda: self._pair(from_type, to_type, name))

    def _pair(self, sent: Resolved, expected: Resolved, name: str) -> Compiled:
        if expected == Prim("reserved"):
            return composite_readers.null_reader(self.skipper(sent))
        if isinstance(expected, Opt) and sent != Prim("empty"):
            return self._opt(sent, expected.inner)
        if isinstance(sent, Prim):
            return self._primitive(sent, expected)
        return self._composite(sent, expected, name)

    def _primitive(self, sent: Prim, expected: Resolved) -> Compiled:
        if (sent.name, expected) == ("nat", Prim("int")):
            return Compiled(PRIMITIVES["nat"])
        if sent == Prim("principal") == expected:
            return Compiled(self._principal())
        return Compiled(PRIMITIVES[sent.name]) if sent in (expected, Prim("empty")) else _mismatch(sent, expected)

    def _composite(self, sent: Resolved, expected: Resolved, name: str) -> Compiled:
        match sent, expected:
            case Vec(sent_inner), Vec(inner):
                return self._vec(sent_inner, inner)
            case Record(), Record():
                return self._record(sent, expected)
            case Variant(), Variant():
                return self._variant(sent, expected)
            case Service(), Prim("principal"):
                return Compiled(self._principal())
            case Service(), Service() if is_subtype(sent, expected):
                make_service = self._dialect.service
                return Compiled(principal_reader(lambda raw: make_service(name, raw)))
            case Func(), Func() if is_subtype(sent, expected):
                return Compiled(function_reader(self._principal()))
        return _mismatch(sent, expected)

    def _principal(self) -> Call:
        return principal_reader(self._dialect.principal)

    def _opt(self, sent: Resolved, inner: Type) -> Compiled:
        if isinstance(sent, Opt):
            return composite_readers.opt_reader(self.reader(sent.inner, inner), self.skipper(sent.inner))
        skipper = self.skipper(sent)
        # Where the value inside could be null as well, a bare value does not say which null it would be.
        if sent in _WITHOUT_VALUE or isinstance(sent, Future) or has_default(inner):
            return composite_readers.null_reader(skipper)
        return composite_readers.bare_opt_reader(self.reader(sent, inner), skipper)

    def _vec(self, sent: Type, expected: Type) -> Compiled:
        if resolve(sent) == resolve(expected) == Prim("nat8"):
            return Compiled(read_blob)
        return composite_readers.vec_reader(self.reader(sent, expected), self._extents.of(sent).at_least)

    def _record(self, sent: Record, expected: Record) -> Compiled:
        sent_ids = {item.id for item in sent.fields}
        missing = [item for item in expected.fields if item.id not in sent_ids]
        for item in missing:
            if not has_default(item.type):
                return composite_readers.misfit(f"a record lacks the field {item.key}")
        types = {item.id: item.type for item in expected.fields}
        parts = [self._step(item, types.get(item.id)) for item in sent.fields]
        if expected.is_tuple:
            positions = [item.id if item.id in types else None for item in sent.fields]
            return composite_readers.tuple_reader(list(zip(positions, parts, strict=True)), len(types))
        keys = {item.id: self._dialect.key(item) for item in expected.fields}
        steps = [(keys.get(item.id), part) for item, part in zip(sent.fields, parts, strict=True)]
        return composite_readers.record_reader(list(keys.values()), steps, len(missing))

    def _step(self, sent: Field, expected: Type | None) -> Compiled:
        return self.skipper(sent.type) if expected is None else self.reader(sent.type, expected)

    def _variant(self, sent: Variant, expected: Variant) -> Compiled:
        tags = {item.id: item for item in expected.fields}
        return composite_readers.variant_reader([self._case(item, tags.get(item.id)) for item in sent.fields])

    def _case(self, sent: Field, expected: Field | None) -> tuple[str, Compiled]:
        if expected is None:
            return "", composite_readers.misfit(f"the variant has a tag that is not expected: {sent.id}")
        return self._dialect.key(expected), self.reader(sent.type, expected.type)


def _mismatch(sent: Resolved, expected: Resolved) -> Compiled:
    return composite_readers.misfit(f"{_kind(sent)} was sent, {_kind(expected)} is expected")


def _kind(candid_type: Resolved) -> str:
    return candid_type.name if isinstance(candid_type, Prim) else type(candid_type).__name__.lower()
