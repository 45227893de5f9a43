"""Whole messages: Candid to and from the values of canister code.

What does not convert to Candid raises the Python exception that RustPython would raise: canister code may catch it
where it asked for the conversion, and otherwise it ends the message. What does not decode traps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import kybra

from replica.candid.decoder import Decoder
from replica.candid.readers import Dialect
from replica.candid.type_table import encode_header
from replica.candid.types import CandidError, Type
from replica.execution.conversion.names import python_key
from replica.execution.conversion.vm_writers import VmWriterFactory
from replica.execution.running import TRAP_CALLED
from replica.reject import Trap

MakeService = Callable[[str, kybra.Principal], Any]
"""From the name of a service class and a principal to an instance."""


# -- Python to Candid ------------------------------------------------------------------------------------------------


def compile_to_candid(types: Sequence[Type]) -> Callable[[Sequence[Any]], bytes]:
    """A function from values, at least one per type, to a message. What is beyond the types is ignored."""
    header = encode_header(types)
    factory = VmWriterFactory()
    writers = [factory.writer(candid_type) for candid_type in types]

    def to_candid(values: Sequence[Any]) -> bytes:
        if len(values) < len(writers):
            text = f"index out of bounds: the len is {len(values)} but the index is {len(values)}"
            raise Trap(f"Panicked at '{text}', src/lib.rs", TRAP_CALLED)
        return header + b"".join([write(value) for write, value in zip(writers, values, strict=False)])

    return to_candid


def compile_value_to_candid(candid_type: Type) -> Callable[[Any], bytes]:
    """A function from one value to a message with that value."""
    header = encode_header([candid_type])
    write = VmWriterFactory().writer(candid_type)

    def to_candid(value: Any) -> bytes:
        return header + write(value)

    return to_candid


# -- Candid to Python ------------------------------------------------------------------------------------------------


def python_decoder(types: Sequence[Type], make_service: MakeService | None = None) -> Callable[[bytes], list[Any]]:
    """A function from messages to values of `types`. Raises `CandidError`, and `Trap` where no service can be made."""
    return Decoder(types, _dialect(make_service))


def compile_from_candid(
    types: Sequence[Type],
    make_service: MakeService | None = None,
    *,
    failure: str = "failed to decode call arguments",
) -> Callable[[bytes], list[Any]]:
    """A function from messages to values of `types`. `failure` begins the text of the trap of those that are not."""
    decode = python_decoder(types, make_service)

    def from_candid(data: bytes) -> list[Any]:
        try:
            return decode(data)
        except CandidError as error:
            raise Trap(f"{failure}: {error}", TRAP_CALLED) from error

    return from_candid


def compile_value_from_candid(candid_type: Type, make_service: MakeService | None = None) -> Callable[[bytes], Any]:
    """A function from messages with one value to that value."""
    from_candid = compile_from_candid([candid_type], make_service, failure="CandidError")

    def value_from_candid(data: bytes) -> Any:
        return from_candid(data)[0]

    return value_from_candid


def _dialect(make_service: MakeService | None) -> Dialect:
    return Dialect(principal=kybra.Principal, service=_service_maker(make_service), key=python_key)


def _service_maker(make_service: MakeService | None) -> Callable[[str, bytes], Any]:
    def make(name: str, raw: bytes) -> Any:
        if make_service is None:
            raise Trap("SystemError: missing python scope", TRAP_CALLED)
        try:
            return make_service(name, kybra.Principal(raw))
        except Exception as error:
            # Nothing that a class does may look like a malformed message.
            raise Trap(f"{type(error).__name__}: {error}", TRAP_CALLED) from error

    return make
