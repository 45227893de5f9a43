"""Reads fields of messages that other canisters sent, checking the type of each.

An absent field has the default that the caller names, a field of another type is a broken contract: it raises
`FieldError`, which becomes a reject at the sender. Unknown fields are never looked at.
"""

from typing import Any


class FieldError(Exception):
    """A message from another canister has a field that is absent or of another type than agreed."""


def integer(message: dict[str, Any], name: str, default: int | None = None) -> int:
    value = message.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise FieldError(f"{name} must be a whole number")
    return value


def integer_or_none(message: dict[str, Any], name: str) -> int | None:
    return None if message.get(name) is None else integer(message, name)


def text(message: dict[str, Any], name: str, default: str | None = None) -> str:
    value = message.get(name, default)
    if not isinstance(value, str):
        raise FieldError(f"{name} must be text")
    return value


def blob(message: dict[str, Any], name: str, default: bytes | None = None) -> bytes:
    value = message.get(name, default)
    if not isinstance(value, bytes):
        raise FieldError(f"{name} must be bytes")
    return value


def principal(message: dict[str, Any], name: str) -> bytes:
    value = blob(message, name)
    if not 0 < len(value) <= 29:
        raise FieldError(f"{name} must be a principal")
    return value


def flag(message: dict[str, Any], name: str, default: bool | None = None) -> bool:
    value = message.get(name, default)
    if not isinstance(value, bool):
        raise FieldError(f"{name} must be true or false")
    return value


def items(message: dict[str, Any], name: str, default: list[Any] | None = None) -> list[Any]:
    value = message.get(name, default)
    if not isinstance(value, list):
        raise FieldError(f"{name} must be a list")
    return value
