"""Reading values as people write them: `(record { a = 1 : nat8; b = opt "x" }, vec { 1; 2 })`.

What comes out is still text in a tree: a number may yet become any kind of number. `value_types` turns it into values,
either of the types that are expected or of those that it looks like.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from replica.candid.lexer import Word, Words
from replica.candid.type_parser import TypeParser, label
from replica.candid.types import CandidError, Type
from replica.principal import Principal, PrincipalError


@dataclass(frozen=True, slots=True)
class Constant:
    value: bool | str | None


@dataclass(frozen=True, slots=True)
class Number:
    text: str


@dataclass(frozen=True, slots=True)
class Blob:
    raw: bytes


@dataclass(frozen=True, slots=True)
class Reference:
    """A principal, a service or, with a method, a function."""

    kind: Literal["principal", "service", "func"]
    principal: Principal
    method: str = ""


@dataclass(frozen=True, slots=True)
class OptValue:
    inner: Value


@dataclass(frozen=True, slots=True)
class VecValue:
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class FieldValue:
    id: int
    name: str | None
    value: Value


@dataclass(frozen=True, slots=True)
class RecordValue:
    fields: tuple[FieldValue, ...]


@dataclass(frozen=True, slots=True)
class VariantValue:
    tag: FieldValue


@dataclass(frozen=True, slots=True)
class Annotated:
    value: Value
    type: Type


Value = Constant | Number | Blob | Reference | OptValue | VecValue | RecordValue | VariantValue | Annotated


def parse_values(source: str) -> tuple[Value, ...]:
    """The values in one pair of parentheses. Raises `CandidError` with the line of the mistake."""
    words = Words(source)
    values = _ValueParser(words).arguments()
    words.expect_end()
    return values


class _ValueParser:
    def __init__(self, words: Words) -> None:
        self._words = words
        self._types = TypeParser(words, {})

    def arguments(self) -> tuple[Value, ...]:
        return tuple(self._types.items("(", self._annotated, ",", ")"))

    def _annotated(self) -> Value:
        value = self._value()
        if not self._words.accept(":"):
            return value
        annotation = self._types.type()
        if self._types.mentioned:
            name, line = self._types.mentioned.popitem()
            raise CandidError(f"line {line}: type {name} is not defined")
        return Annotated(value, annotation)

    def _value(self) -> Value:
        self._words.enter()
        word = self._words.take()
        value = self._value_after(word)
        self._words.leave()
        return value

    def _value_after(self, word: Word) -> Value:
        if word.kind == "number":
            return Number(word.text)
        if word.kind == "text":
            return Constant(word.string())
        match word.text:
            case "(":
                inner = self._annotated()
                self._words.expect(")")
                return inner
            case "null":
                return Constant(None)
            case "true" | "false":
                return Constant(word.text == "true")
            case "opt":
                return OptValue(self._value())
            case "vec":
                return VecValue(tuple(self._types.items("{", self._annotated, ";", "}")))
            case "record":
                return self._record()
            case "variant":
                return self._variant(word)
            case "blob":
                return Blob(self._words.expect_kind("text").bytes())
            case "principal" | "service" | "func":
                return self._reference(word)
        raise CandidError(f"line {word.line}: expected a value, found {word.text}")

    def _record(self) -> RecordValue:
        fields: list[FieldValue] = []
        self._types.items("{", lambda: fields.append(self._field(fields[-1].id + 1 if fields else 0)), ";", "}")
        return RecordValue(tuple(fields))

    def _field(self, next_id: int) -> FieldValue:
        if self._words.after_next.text == "=" and self._words.after_next.kind == "mark":
            number, name = label(self._words)
            self._words.expect("=")
            return FieldValue(number, name, self._annotated())
        return FieldValue(next_id, None, self._annotated())

    def _variant(self, word: Word) -> VariantValue:
        tags = self._types.items("{", self._tag, ";", "}")
        if len(tags) != 1:
            raise CandidError(f"line {word.line}: a variant has one tag, not {len(tags)}")
        return VariantValue(tags[0])

    def _tag(self) -> FieldValue:
        number, name = label(self._words)
        return FieldValue(number, name, self._annotated() if self._words.accept("=") else Constant(None))

    def _reference(self, word: Word) -> Reference:
        text = self._words.expect_kind("text")
        try:
            principal = Principal.from_text(text.string())
        except PrincipalError as error:
            raise CandidError(f"line {text.line}: {error}") from None
        match word.text:
            case "func":
                self._words.expect(".")
                return Reference("func", principal, self._words.expect_kind("name", "text").string())
            case "service":
                return Reference("service", principal)
            case _:
                return Reference("principal", principal)
