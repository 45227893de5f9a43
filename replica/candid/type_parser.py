"""Reading types as they are written in interfaces, and in the annotations of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from replica.candid.lexer import Word, Words
from replica.candid.types import (
    BLOB,
    MODES,
    PRIMITIVES,
    CandidError,
    Field,
    Func,
    Method,
    Named,
    Opt,
    Prim,
    Record,
    Service,
    Type,
    Variant,
    Vec,
    checked_fields,
    field_id,
)

_Item = TypeVar("_Item")


class TypeParser:
    """Reads types off `words`; their names belong to `definitions`, which may still grow."""

    def __init__(self, words: Words, definitions: Mapping[str, Type]) -> None:
        self.words = words
        self.definitions = definitions
        self.mentioned: dict[str, int] = {}
        """Names of types that were used, with the line of the first use."""

    def type(self) -> Type:
        self.words.enter()
        word = self.words.expect_kind("name")
        found = self._type(word)
        self.words.leave()
        return found

    def _type(self, word: Word) -> Type:
        match word.text:
            case "opt":
                return Opt(self.type())
            case "vec":
                return Vec(self.type())
            case "blob":
                return BLOB
            case "record":
                return Record(self._fields(self._record_field))
            case "variant":
                return Variant(self._fields(self._tag))
            case "func":
                return self.function()
            case "service":
                return self.methods()
            case name if name in PRIMITIVES:
                return Prim(name)
            case name:
                self.mentioned.setdefault(name, word.line)
                return Named(name, self.definitions)

    def items(self, opening: str, item: Callable[[], _Item], separator: str, closing: str) -> list[_Item]:
        """A bracketed list; a separator at its end is allowed."""
        self.words.expect(opening)
        items: list[_Item] = []
        while not self.words.accept(closing):
            items.append(item())
            if not self.words.sees(closing):
                self.words.expect(separator)
        return items

    # -- Fields ------------------------------------------------------------------------------------------------------

    def _fields(self, item: Callable[[int], Field]) -> tuple[Field, ...]:
        line = self.words.next.line
        fields: list[Field] = []

        def add() -> None:
            # A field without a name counts on from the one before it.
            fields.append(item(fields[-1].id + 1 if fields else 0))

        self.items("{", add, ";", "}")
        try:
            return checked_fields(fields)
        except CandidError as error:
            raise CandidError(f"line {line}: {error}") from None

    def _record_field(self, next_id: int) -> Field:
        if self.words.after_next.text == ":" and self.words.after_next.kind == "mark":
            return self._labeled(is_tag=False)
        return Field(next_id, None, self.type())

    def _tag(self, _next_id: int) -> Field:
        return self._labeled(is_tag=True)

    def _labeled(self, *, is_tag: bool) -> Field:
        number, name = label(self.words)
        if is_tag and not self.words.sees(":"):
            return Field(number, name, Prim("null"))
        self.words.expect(":")
        return Field(number, name, self.type())

    # -- Functions and services --------------------------------------------------------------------------------------

    def function(self) -> Func:
        line = self.words.next.line
        args = self.arguments()
        self.words.expect("->")
        results = self.arguments()
        modes: list[str] = []
        while any(self.words.sees(mode) for mode in MODES):
            modes.append(self.words.take().text)
        if len(modes) > 1:
            raise CandidError(f"line {line}: a function cannot be {' and '.join(modes)}")
        if "oneway" in modes and results:
            raise CandidError(f"line {line}: a oneway function has no results")
        return Func(args, results, tuple(modes))

    def arguments(self) -> tuple[Type, ...]:
        return tuple(self.items("(", self._argument, ",", ")"))

    def _argument(self) -> Type:
        if self.words.after_next.text == ":" and self.words.after_next.kind == "mark":
            self.words.expect_kind("name", "text")
            self.words.expect(":")
        return self.type()

    def methods(self) -> Service:
        line = self.words.next.line
        methods = tuple(self.items("{", self._method, ";", "}"))
        if len({method.name for method in methods}) < len(methods):
            raise CandidError(f"line {line}: two methods of a service have one name")
        return Service(methods)

    def _method(self) -> Method:
        name = self.words.expect_kind("name", "text").string()
        self.words.expect(":")
        if self.words.sees("("):
            return Method(name, self.function())
        word = self.words.expect_kind("name")
        self.mentioned.setdefault(word.text, word.line)
        return Method(name, Named(word.text, self.definitions))


def label(words: Words) -> tuple[int, str | None]:
    """The id of a field, and its name if it was written with one."""
    word = words.expect_kind("name", "text", "number")
    if word.kind != "number":
        name = word.string()
        return field_id(name), name
    number = parse_natural(word.text)
    if number is None or number >> 32:
        raise CandidError(f"line {word.line}: {word.text} is not the id of a field")
    return number, None


def parse_natural(text: str) -> int | None:
    """A natural number, decimal or hexadecimal; None for any other number."""
    digits = text.replace("_", "")
    if digits.startswith("0x"):
        return int(digits[2:], 16) if digits[2:].isalnum() and "p" not in digits.lower() else None
    if not digits.isdigit():
        return None
    try:
        return int(digits)
    except ValueError:
        raise CandidError(f"a number of {len(digits)} digits; write it in hexadecimal") from None
