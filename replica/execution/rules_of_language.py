"""Rules about Python itself: syntax that Kybra's parsers refuse or misread, and builtins that canisters do without."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from replica.execution import stdlib
from replica.execution.source import Fault, SourceFile

if TYPE_CHECKING:
    from replica.execution.canister_source import CanisterSource

_WITH_PARENTHESIS: Final = re.compile(rb"^\s*with\s*\(", re.MULTILINE)
_LAYOUT: Final = (tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT)
_TRIPLE: Final = ("'''", '"""')
_FILE_OPENERS: Final = frozenset({"codecs", "gzip", "io"})
_WALL_CLOCK: Final = frozenset({"now", "utcnow", "today"})
_FORBIDDEN_NAMES: Final = frozenset({"__file__", "__builtins__"})
_CATCH_ALL: Final = frozenset({"BaseException", "GeneratorExit", "KeyboardInterrupt", "SystemExit"})


def build_faults(file: SourceFile) -> Iterator[Fault]:
    """What would break the build of any canister that carries this file."""
    for node in file.nodes:
        if isinstance(node, ast.Match):
            yield _fault(file, node, "1", "write if/elif; Kybra has no match statement")
        elif isinstance(node, ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await):
            yield _fault(file, node, "1", "write a generator that yields calls; Kybra has no async functions")
        elif isinstance(node, ast.comprehension) and node.is_async:
            yield _fault(file, node.target, "1", "write a loop; Kybra has no async comprehensions")
        elif isinstance(node, ast.Subscript) and _has_star(node.slice):
            yield _fault(file, node, "3", "keep * out of brackets; Kybra's parser does not know it there")
    yield from _f_strings(file)
    yield from _parenthesised_with(file)


def _has_star(node: ast.expr) -> bool:
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return any(isinstance(part, ast.Starred) for part in parts)


def _parenthesised_with(file: SourceFile) -> Iterator[Fault]:
    if not _WITH_PARENTHESIS.search(file.data):
        return
    tokens = [token for token in tokenize.tokenize(io.BytesIO(file.data).readline) if token.type not in _LAYOUT]
    for index, token in enumerate(tokens):
        if token.string == "with" and tokens[index + 1].string == "(" and _holds_items(tokens[index + 1 :]):
            yield Fault(file.path, token.start[0], "1", "write the items of `with` without parentheses")


def _holds_items(tokens: list[tokenize.TokenInfo]) -> bool:
    """Whether the parenthesis that begins here surrounds all items, not just an expression of one."""
    depth, separated = 0, False
    for token, following in pairwise(tokens):
        depth += (token.string in "([{") - (token.string in ")]}") if token.type == tokenize.OP else 0
        separated = separated or (depth == 1 and token.string in (",", "as"))
        if depth == 0:
            return separated and following.string == ":"
    return False


def _f_strings(file: SourceFile) -> Iterator[Fault]:
    """Since Python 3.12 f-strings may hold what Kybra's parser cannot read; before that, parsing has failed."""
    if sys.version_info < (3, 12) or not any(isinstance(node, ast.JoinedStr) for node in file.nodes):
        return
    open_quotes: list[str] = []
    for token in tokenize.tokenize(io.BytesIO(file.data).readline):
        name = tokenize.tok_name[token.type]
        quote = token.string.lstrip("fFrRbBuU")
        if name == "FSTRING_END":
            open_quotes.pop()
        elif open_quotes and (name == "COMMENT" or _is_confusing(name, quote, open_quotes[-1])):
            yield Fault(
                file.path, token.start[0], "3", "keep comments, quotes of the same kind and \\ out of the braces"
            )
        if name == "FSTRING_START":
            open_quotes.append(quote)


def _is_confusing(name: str, quote: str, outer: str) -> bool:
    """Whether a string inside the braces of another cannot be told from its end by an older parser."""
    return name in ("STRING", "FSTRING_START") and (quote[0] == outer[0] or quote[:3] in _TRIPLE or "\\" in quote)


def _language(_canister: CanisterSource, file: SourceFile) -> Iterator[Fault]:
    yield from build_faults(file)
    for node in file.nodes:
        if isinstance(node, ast.Dict) and None in node.keys:
            yield _fault(file, node, "2", "use dict.update or `|`; Kybra puts ** in a dict display in the wrong order")
        elif isinstance(node, ast.Name):
            yield from _name_faults(file, node)
        elif isinstance(node, ast.Attribute) and node.attr in _WALL_CLOCK and _is_date(node.value):
            yield _fault(file, node, "45", "take the time from ic.time(), in nanoseconds")
        elif isinstance(node, ast.Attribute) and node.attr == "open" and _is_name(node.value, _FILE_OPENERS):
            yield _fault(file, node, "46", "do without files; what must last goes into stable maps")
        elif isinstance(node, ast.FunctionDef) and node.name == "__del__":
            yield _fault(file, node, "46", "remove __del__; it does not run in canisters")
        elif isinstance(node, ast.Try):
            yield from _leaving_finally(file, node)
        elif isinstance(node, ast.ExceptHandler) and _catches_all(node.type):
            yield _fault(file, node, "P3", "catch Exception; what is beyond it ends the message and must not be caught")


def _leaving_finally(file: SourceFile, node: ast.Try) -> Iterator[Fault]:
    for line in node.finalbody:
        for item in ast.walk(line):
            if isinstance(item, ast.Return | ast.Break | ast.Continue):
                yield _fault(file, item, "P3", "do not leave a `finally`; that swallows what ends the message")


def _name_faults(file: SourceFile, node: ast.Name) -> Iterator[Fault]:
    if not isinstance(node.ctx, ast.Load):
        return
    if node.id == "print":
        yield _fault(file, node, "46", "use ic.print; what print writes goes nowhere")
    elif node.id in stdlib.FORBIDDEN_BUILTINS or node.id in _FORBIDDEN_NAMES:
        yield _fault(file, node, "46", f"do without {node.id}; it is not for canisters")


def _is_name(node: ast.expr, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _is_date(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name in ("datetime", "date")


def _catches_all(node: ast.expr | None) -> bool:
    if node is None:
        return True
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return any(isinstance(part, ast.Name) and part.id in _CATCH_ALL for part in parts)


def _fault(file: SourceFile, node: ast.expr | ast.stmt | ast.excepthandler, rule: str, text: str) -> Fault:
    return Fault(file.path, node.lineno, rule, text)


RULES: Final = (_language,)
