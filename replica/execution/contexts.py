"""Which part of the system API may be used where. Interface spec, "Overview of imports".

Each message runs in a context; each function of the platform belongs to a group. A bit per group makes the check one
`and`. What is used in the wrong context traps, as on the Internet Computer.
"""

from __future__ import annotations

from enum import IntFlag, auto
from typing import Final

from replica.execution.system_api import Context


class Use(IntFlag):
    """A group of functions that are allowed in the same contexts."""

    ACCEPT_MESSAGE = auto()
    ARGUMENT = auto()
    CYCLES = auto()
    REFUND = auto()
    CERTIFIED_DATA = auto()
    REJECT_CODE = auto()
    REJECT_MESSAGE = auto()
    ANSWER = auto()
    CALL = auto()
    PAID_CALL = auto()
    TIMER = auto()


_CALLING: Final = Use.CALL | Use.PAID_CALL
_AFTER_AWAIT: Final = Use.CYCLES | Use.REFUND | Use.CERTIFIED_DATA | Use.REJECT_CODE | Use.ANSWER | _CALLING | Use.TIMER

ALLOWED: Final[dict[Context, int]] = {
    context: int(uses)
    for context, uses in {
        Context.INIT: Use.ARGUMENT | Use.CERTIFIED_DATA | Use.TIMER,
        Context.POST_UPGRADE: Use.ARGUMENT | Use.CERTIFIED_DATA | Use.TIMER,
        Context.PRE_UPGRADE: Use.CERTIFIED_DATA | Use.TIMER,
        Context.UPDATE: Use.ARGUMENT | Use.CYCLES | Use.CERTIFIED_DATA | Use.ANSWER | _CALLING | Use.TIMER,
        Context.QUERY: Use.ARGUMENT | Use.ANSWER,
        Context.REPLICATED_QUERY: Use.ARGUMENT | Use.CYCLES | Use.ANSWER,
        Context.COMPOSITE_QUERY: Use.ARGUMENT | Use.ANSWER | Use.CALL,
        Context.REPLY: Use.ARGUMENT | _AFTER_AWAIT,
        Context.REJECT: Use.REJECT_MESSAGE | _AFTER_AWAIT,
        Context.HEARTBEAT: Use.CERTIFIED_DATA | _CALLING | Use.TIMER,
        Context.TIMER: Use.ARGUMENT | Use.CYCLES | Use.CERTIFIED_DATA | _CALLING | Use.TIMER,
        Context.INSPECT: Use.ACCEPT_MESSAGE | Use.ARGUMENT,
    }.items()
}

# A composite query stays in its context when an await has ended, and may then ask what became of the call.
AFTER_COMPOSITE_REPLY: Final = ALLOWED[Context.COMPOSITE_QUERY] | int(Use.REJECT_CODE)
AFTER_COMPOSITE_REJECT: Final = int(Use.ANSWER | Use.CALL | Use.REJECT_CODE | Use.REJECT_MESSAGE)

_MODES: Final[dict[Context, str]] = {
    Context.INIT: "init",
    Context.POST_UPGRADE: "init",
    Context.PRE_UPGRADE: "pre upgrade",
    Context.UPDATE: "update",
    Context.QUERY: "non replicated query",
    Context.REPLICATED_QUERY: "replicated query",
    Context.COMPOSITE_QUERY: "composite query",
    Context.REPLY: "reply callback",
    Context.REJECT: "reject callback",
    Context.HEARTBEAT: "system task",
    Context.TIMER: "update",
    Context.INSPECT: "inspect message",
}


def violation(function: str, context: Context) -> str:
    """What routing puts behind "Canister violated contract"."""
    return f'"ic0_{function}" cannot be executed in {_MODES[context]} mode'
