"""Bytes: `blob` is `Vec[nat8]`, comes in as bytes and may be made of any iterable of small numbers."""

from kybra import Vec, blob, nat8, nat64, query, update


@query
def echo(value: blob) -> blob:
    return value


@query
def echo_vec(value: Vec[nat8]) -> Vec[nat8]:
    return value


@query
def kind(value: blob) -> str:
    return type(value).__name__


@query
def from_list() -> blob:
    return [1, 2, 255]


@query
def from_bytearray() -> blob:
    return bytearray(b"abc")


@query
def from_range() -> blob:
    return range(3)


@query
def from_generator() -> blob:
    """A generator is not a result: Kybra drives it, as if the method awaited something."""
    return (number for number in range(3))


@query
def too_large() -> blob:
    return [256]


@query
def nested(value: Vec[blob]) -> Vec[blob]:
    return value


@update
def length(value: blob) -> nat64:
    return len(value)
