"""Interfaces: what a `.did` file says, and the messages of the methods it declares.

    interface = parse_did(Path("user.did").read_text())
    arg = interface.encode_args("send_message", {"recipient": bob, ...})
    (result,) = interface.decode_results("send_message", reply)

Files stand alone: imports are refused. Methods are coded with functions compiled at their first use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from replica.candid.codec import compile_decoder, compile_encoder
from replica.candid.lexer import Words, is_keyword
from replica.candid.type_parser import TypeParser
from replica.candid.type_printer import print_arguments, print_methods, print_type
from replica.candid.types import CandidError, Func, Named, Service, Type, resolve


@dataclass(frozen=True, slots=True)
class Interface:
    """A service, the arguments of its installation, and the types that either was written with."""

    service: Service
    init_args: tuple[Type, ...] = ()
    definitions: Mapping[str, Type] = field(default_factory=dict)
    _compiled: dict[tuple[str, str], Callable[..., Any]] = field(default_factory=dict, repr=False, compare=False)

    def method(self, name: str) -> Func:
        """The type of a method; raises `CandidError` if the service does not have it."""
        for method in self.service.methods:
            if method.name == name:
                function = resolve(method.type)
                if isinstance(function, Func):
                    return function
        raise CandidError(f"the service has no method {name}")

    def encode_args(self, method: str, *values: Any) -> bytes:
        return self._encode(method, "args", values)

    def decode_args(self, method: str, data: bytes) -> tuple[Any, ...]:
        return self._decode(method, "args", data)

    def encode_results(self, method: str, *values: Any) -> bytes:
        return self._encode(method, "results", values)

    def decode_results(self, method: str, data: bytes) -> tuple[Any, ...]:
        return self._decode(method, "results", data)

    def encode_init(self, *values: Any) -> bytes:
        return compile_encoder(self.init_args)(values)

    def decode_init(self, data: bytes) -> tuple[Any, ...]:
        return compile_decoder(self.init_args)(data)

    def _encode(self, method: str, part: str, values: Sequence[Any]) -> bytes:
        key = (method, f"encode {part}")
        if key not in self._compiled:
            self._compiled[key] = compile_encoder(getattr(self.method(method), part))
        encoded: bytes = self._compiled[key](values)
        return encoded

    def _decode(self, method: str, part: str, data: bytes) -> tuple[Any, ...]:
        key = (method, f"decode {part}")
        if key not in self._compiled:
            self._compiled[key] = compile_decoder(getattr(self.method(method), part))
        decoded: tuple[Any, ...] = self._compiled[key](data)
        return decoded


# -- Reading ---------------------------------------------------------------------------------------------------------


def parse_did(text: str) -> Interface:
    """Read an interface. Raises `CandidError` with the line of the mistake."""
    words = Words(text)
    definitions: dict[str, Type] = {}
    types = TypeParser(words, definitions)
    while not words.sees("service") and words.next.kind != "end":
        _parse_definition(types, definitions)
    init_args, service = _parse_service(types) if words.accept("service") else ((), Service(()))
    words.expect_end()
    _check_names(types, definitions)
    return Interface(_resolve_service(service), init_args, definitions)


def _parse_definition(types: TypeParser, definitions: dict[str, Type]) -> None:
    words = types.words
    if words.sees("import"):
        raise CandidError(f"line {words.next.line}: an interface cannot import another file")
    words.expect("type")
    word = words.expect_kind("name")
    if word.text in definitions or is_keyword(word.text):
        raise CandidError(f"line {word.line}: type {word.text} is defined already")
    words.expect("=")
    definitions[word.text] = types.type()
    if words.next.kind != "end":
        words.expect(";")


def _parse_service(types: TypeParser) -> tuple[tuple[Type, ...], Service | Named]:
    words = types.words
    if not words.sees(":"):
        words.expect_kind("name", "text")
    words.expect(":")
    init_args: tuple[Type, ...] = ()
    if words.sees("("):
        init_args = types.arguments()
        words.expect("->")
    service = types.methods() if words.sees("{") else types.type()
    words.accept(";")
    if not isinstance(service, Service | Named):
        raise words.error("the methods of the service before this")
    return init_args, service


def _resolve_service(service: Service | Named) -> Service:
    resolved = resolve(service)
    if not isinstance(resolved, Service):
        raise CandidError("the type of the service is not a service")
    for method in resolved.methods:
        if not isinstance(resolve(method.type), Func):
            raise CandidError(f"the type of the method {method.name} is not a function")
    return resolved


def _check_names(types: TypeParser, definitions: Mapping[str, Type]) -> None:
    for name, line in types.mentioned.items():
        if name not in definitions:
            raise CandidError(f"line {line}: type {name} is not defined")
    for name in definitions:
        Named(name, definitions).resolve()


# -- Writing ---------------------------------------------------------------------------------------------------------


def print_did(interface: Interface) -> str:
    """The text of an interface, always the same for the same interface."""
    parts = [f"type {name} = {print_type(candid_type)};" for name, candid_type in interface.definitions.items()]
    methods = print_methods(interface.service, one_per_line=True)
    parts.append(f"service : {print_arguments(interface.init_args)} -> {methods};")
    return "\n".join(parts) + "\n"
