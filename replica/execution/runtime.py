"""A loaded canister, compiled: everything a message needs to run, looked up once.

Nothing here changes after loading, since every canister with the same module hash shares it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from replica.execution.loader import ModuleTable
from replica.execution.running import Running
from replica.execution.stable_maps import StableMap

Encode = Callable[[Sequence[Any]], bytes]
Decode = Callable[[bytes], list[Any]]


@dataclass(frozen=True, slots=True)
class MethodRuntime:
    """A query or update."""

    name: str
    function: Callable[..., Any]
    decode_arguments: Decode
    answer: Callable[[Running, Any], None]
    """Takes what the function returned: checks it, encodes it and replies, unless the method does that itself."""
    encode_reply: Callable[[Any], bytes]
    """For `ic.reply`: one value of the declared type, one null for `void`."""
    is_manual: bool
    guard: Callable[[], Any] | None


@dataclass(frozen=True, slots=True)
class HookRuntime:
    function: Callable[..., Any]
    decode_arguments: Decode


@dataclass(frozen=True, slots=True)
class ServiceMethodRuntime:
    """A method of another canister, as declared by a `Service` class."""

    name: str
    parameter_count: int
    encode_arguments: Encode
    decode_reply: Callable[[bytes], Any]
    """Raises `UndecodableReply`."""


class UndecodableReply(Exception):
    """What the other canister answered is not of the declared type."""


@dataclass(frozen=True, slots=True)
class Runtime:
    table: ModuleTable
    methods: Mapping[str, MethodRuntime]
    hooks: Mapping[str, HookRuntime]
    maps: Mapping[int, StableMap]
    services: Mapping[str, ServiceMethodRuntime]
    """By `Service.method`."""
    notify_names: frozenset[str]
    """`Service_method` for each of them."""
    candid: str
    """The interface, as text."""
