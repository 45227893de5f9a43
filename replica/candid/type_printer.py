"""Writing types down, one way for each type, so that equal interfaces have equal text.

What fits on a line is written on one; otherwise every field, argument or method gets a line of its own. Everything in
braces ends with `;`, without which some parsers in use do not read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from replica.candid.lexer import name_text
from replica.candid.types import (
    BLOB,
    CandidError,
    Field,
    Func,
    Future,
    Method,
    Named,
    Opt,
    Prim,
    Record,
    Service,
    Type,
    Variant,
    Vec,
)

LINE_CHARACTERS_MAX: Final = 100


def print_type(candid_type: Type) -> str:
    match candid_type:
        case Prim(name) | Named(name):
            return name
        case Opt(inner):
            return f"opt {print_type(inner)}"
        case Vec(inner):
            return "blob" if candid_type == BLOB else f"vec {print_type(inner)}"
        case Record():
            return f"record {_block([_record_field(item, candid_type) for item in candid_type.fields])}"
        case Variant(fields):
            return f"variant {_block([_tag(item) for item in fields])}"
        case Func():
            return f"func {print_function(candid_type)}"
        case Service():
            return f"service {print_methods(candid_type)}"
        case Future(code):
            raise CandidError(f"a type of a later Candid has no text: {code}")


def print_function(function: Func) -> str:
    return " ".join([print_arguments(function.args), "->", print_arguments(function.results), *function.modes])


def print_arguments(types: Sequence[Type]) -> str:
    texts = [print_type(candid_type) for candid_type in types]
    line = f"({', '.join(texts)})"
    return line if _fits(line) else "(\n" + ",\n".join(_indented(text) for text in texts) + ",\n)"


def print_methods(service: Service, *, one_per_line: bool = False) -> str:
    return _block([_method(method) for method in service.methods], one_per_line=one_per_line)


def _method(method: Method) -> str:
    text = print_function(method.type) if isinstance(method.type, Func) else method.type.name
    return f"{name_text(method.name)} : {text}"


def _record_field(item: Field, record: Record) -> str:
    is_counted = record.is_tuple and all(field.id == index for index, field in enumerate(record.fields))
    return print_type(item.type) if is_counted else f"{label_text(item)} : {print_type(item.type)}"


def _tag(item: Field) -> str:
    return label_text(item) if item.type == Prim("null") else f"{label_text(item)} : {print_type(item.type)}"


def label_text(item: Field) -> str:
    return str(item.id) if item.name is None else name_text(item.name)


def _block(items: Sequence[str], *, one_per_line: bool = False) -> str:
    if not items:
        return "{}"
    line = "{ " + " ".join(f"{item};" for item in items) + " }"
    if _fits(line) and not one_per_line:
        return line
    return "{\n" + "\n".join(f"{_indented(item)};" for item in items) + "\n}"


def _fits(line: str) -> bool:
    return len(line) <= LINE_CHARACTERS_MAX and "\n" not in line


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))
