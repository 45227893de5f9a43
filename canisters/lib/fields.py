"""Reads fields of messages that other canisters sent, checking the type of each.

An absent field has the default that the caller names, a field of another type is a broken contract: it raises
`FieldError`, which becomes a reject at the sender. Unknown fields are never looked at.
"""

from typing import Any


class FieldError(Exception):
    """A message from another canister has a field that is absent or of another type than agreed."""


NAT32_MAX = 0xFFFF_FFFF
NAT64_MAX = 0xFFFF_FFFF_FFFF_FFFF


def integer(message: dict[str, Any], name: str, default: int | None = None, *, maximum: int = NAT64_MAX) -> int:
    value = message.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= maximum:
        raise FieldError(f"{name} must be a whole number from 0 to {maximum}")
    return value


def nat32(message: dict[str, Any], name: str, default: int | None = None) -> int:
    return integer(message, name, default, maximum=NAT32_MAX)


def nat64(message: dict[str, Any], name: str, default: int | None = None) -> int:
    return integer(message, name, default)


def nat32_or_none(message: dict[str, Any], name: str) -> int | None:
    return None if message.get(name) is None else nat32(message, name)


def nat64_or_none(message: dict[str, Any], name: str) -> int | None:
    return None if message.get(name) is None else nat64(message, name)


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
    if len(value) > 29:
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
