"""What every encoder is made of: one function per type, from a value to its bytes.

The types are walked once; what is left per message are calls from closure to closure. How strict a function is with
its value, and what it raises, is for the two kinds of encoder to say: `encoder` for clients and tests, and Kybra's
conversion in `replica.execution.conversion`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from struct import Struct
from typing import Any, Final

from replica.candid.leb128 import encode_unsigned
from replica.candid.types import CandidError, Func, Future, Named, Opt, Prim, Record, Service, Type, Variant, Vec

Writer = Callable[[Any], bytes]

FIXED_SIZE: Final = {
    "nat8": Struct("<B"),
    "nat16": Struct("<H"),
    "nat32": Struct("<I"),
    "nat64": Struct("<Q"),
    "int8": Struct("<b"),
    "int16": Struct("<h"),
    "int32": Struct("<i"),
    "int64": Struct("<q"),
    "float32": Struct("<f"),
    "float64": Struct("<d"),
}

_SHORT_SIZES: Final = tuple(bytes([size]) for size in range(0x80))


def with_size(raw: bytes) -> bytes:
    """Bytes behind their number, as texts, blobs and principals are written."""
    size = len(raw)
    return (_SHORT_SIZES[size] if size < 0x80 else encode_unsigned(size)) + raw


class WriterFactory(ABC):
    """Makes the writer of a type. One factory serves the types of one encoder."""

    def __init__(self) -> None:
        self._writers: dict[tuple[int, str], Writer] = {}

    def writer(self, candid_type: Type) -> Writer:
        match candid_type:
            case Named():
                return self._named(candid_type)
            case Prim(name):
                return self.primitive(name)
            case Opt(inner):
                return _opt_writer(self.writer(inner))
            case Vec(inner):
                return self.vec(inner)
            case Record():
                return self.tuple(candid_type) if candid_type.is_tuple else self.record(candid_type)
            case Variant():
                return self.variant(candid_type)
            case Func():
                return self.function()
            case Service():
                return self.service()
            case Future():
                raise CandidError("values of a type of a later Candid cannot be encoded")

    def _named(self, named: Named) -> Writer:
        key = (id(named.definitions), named.name)
        if key not in self._writers:
            # Until the writer exists, those inside it that need it look it up when they are called.
            self._writers[key] = lambda value: self._writers[key](value)
            self._writers[key] = self.writer(named.resolve())
        return self._writers[key]

    @abstractmethod
    def primitive(self, name: str) -> Writer: ...

    @abstractmethod
    def vec(self, inner: Type) -> Writer: ...

    @abstractmethod
    def record(self, record: Record) -> Writer: ...

    @abstractmethod
    def tuple(self, record: Record) -> Writer: ...

    @abstractmethod
    def variant(self, variant: Variant) -> Writer: ...

    @abstractmethod
    def function(self) -> Writer: ...

    @abstractmethod
    def service(self) -> Writer: ...


def _opt_writer(write: Writer) -> Writer:
    def write_opt(value: Any) -> bytes:
        return b"\0" if value is None else b"\1" + write(value)

    return write_opt
