"""Words of Candid text: interfaces and values are written with the same ones.

Comments are `//` to the end of the line and `/* */`, which nest. Quoted texts are bytes, because they may hold escaped
bytes that are no text; who wants text decodes them. Errors name the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from replica.candid.types import PRIMITIVES, CandidError

Kind = Literal["name", "text", "number", "mark", "end"]

_NESTING_MAX: Final = 50

_WORD: Final = re.compile(
    r"""
      (?P<space> \s+ | //[^\n]* )
    | (?P<comment> /\* )
    | (?P<name> [A-Za-z_][A-Za-z0-9_]* )
    | (?P<text> " (?: [^"\\] | \\. )* " )
    | (?P<number> [+-]? (?: 0x[0-9A-Fa-f_]+ (?: \.[0-9A-Fa-f_]* )? (?: [pP][+-]?[0-9_]+ )?
                          | [0-9][0-9_]* (?: \.[0-9_]* )? (?: [eE][+-]?[0-9_]+ )? ) )
    | (?P<mark> -> | [(){};,:=.] )
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_END: Final = re.compile(r"/\*|\*/")
_ESCAPE: Final = re.compile(rb"\\(?: ([0-9A-Fa-f]{2}) | u\{([0-9A-Fa-f_]+)\} | (.) )", re.VERBOSE | re.DOTALL)
_ESCAPED: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"\\": b"\\", b'"': b'"', b"'": b"'"}

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEYWORDS: Final = frozenset(
    (
        *PRIMITIVES,
        *("type", "import", "service", "func", "opt", "vec", "record", "variant", "blob"),
        *("query", "oneway", "composite_query", "true", "false"),
    )
)


@dataclass(frozen=True, slots=True)
class Word:
    kind: Kind
    text: str
    line: int

    def bytes(self) -> bytes:
        """What a quoted text holds."""
        return _ESCAPE.sub(lambda match: _unescape(match, self.line), self.text[1:-1].encode("utf-8", "surrogatepass"))

    def string(self) -> str:
        """A name, or a quoted text that is used as one."""
        if self.kind == "name":
            return self.text
        try:
            return self.bytes().decode()
        except UnicodeDecodeError:
            raise CandidError(f"line {self.line}: a text is not UTF-8") from None


def _unescape(match: re.Match[bytes], line: int) -> bytes:
    byte, code_point, character = match.groups()
    if byte is not None:
        return bytes.fromhex(byte.decode())
    if code_point is None:
        if character not in _ESCAPED:
            raise CandidError(f"line {line}: unknown escape in a text")
        return _ESCAPED[character]
    try:
        return chr(int(code_point.replace(b"_", b""), 16)).encode()
    except (ValueError, OverflowError):
        raise CandidError(f"line {line}: there is no such character: {match[0].decode()}") from None


def quote(text: str) -> str:
    return '"' + "".join(_escape(character) for character in text) + '"'


def quote_bytes(raw: bytes) -> str:
    return '"' + "".join(f"\\{byte:02x}" for byte in raw) + '"'


def _escape(character: str) -> str:
    if character in ('"', "\\"):
        return "\\" + character
    if character.isprintable():
        return character
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character, f"\\u{{{ord(character):x}}}")


def name_text(name: str) -> str:
    """A name as it is written, quoted if it would be taken for something else."""
    return name if _IDENTIFIER.fullmatch(name) and not is_keyword(name) else quote(name)


def is_keyword(name: str) -> bool:
    return name in _KEYWORDS


def _words(text: str) -> Iterator[Word]:
    at, line = 0, 1
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            raise CandidError(f"line {line}: unexpected character {text[at]!r}")
        end = _end_of_comment(text, match.end(), line) if match.lastgroup == "comment" else match.end()
        if match.lastgroup in ("name", "text", "number", "mark"):
            yield Word(match.lastgroup, match[0], line)  # type: ignore[arg-type]
        line += text.count("\n", at, end)
        at = end
    yield Word("end", "the end", line)


def _end_of_comment(text: str, at: int, line: int) -> int:
    open_comments = 1
    while open_comments:
        match = _COMMENT_END.search(text, at)
        if match is None:
            raise CandidError(f"line {line}: a comment does not end")
        open_comments += 1 if match[0] == "/*" else -1
        at = match.end()
    return at


class Words:
    """The words of a text, read one after the other with one in view."""

    def __init__(self, text: str) -> None:
        self._words = list(_words(text))
        self._at = 0
        self._nesting = 0

    @property
    def next(self) -> Word:
        return self._words[self._at]

    @property
    def after_next(self) -> Word:
        return self._words[min(self._at + 1, len(self._words) - 1)]

    def take(self) -> Word:
        word = self.next
        if word.kind != "end":
            self._at += 1
        return word

    def sees(self, text: str) -> bool:
        """Whether the next word is this mark or name, unquoted."""
        return self.next.text == text and self.next.kind in ("mark", "name")

    def accept(self, text: str) -> bool:
        if not self.sees(text):
            return False
        self._at += 1
        return True

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.error(repr(text))

    def expect_kind(self, *kinds: Kind) -> Word:
        if self.next.kind not in kinds:
            raise self.error(" or ".join(kinds))
        return self.take()

    def expect_end(self) -> None:
        if self.next.kind != "end":
            raise self.error("the end")

    def error(self, expected: str) -> CandidError:
        found = self.next.text if len(self.next.text) <= 40 else self.next.text[:37] + "..."
        return CandidError(f"line {self.next.line}: expected {expected}, found {found}")

    def enter(self) -> None:
        """One level deeper; `leave` comes back. Text that nests without end is refused, not followed."""
        self._nesting += 1
        if self._nesting > _NESTING_MAX:
            raise CandidError(f"line {self.next.line}: nested too deeply")

    def leave(self) -> None:
        self._nesting -= 1
