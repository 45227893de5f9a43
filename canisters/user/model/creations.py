"""How many groups a person may create, counting those whose creation is under way; pure rules.

`created` never falls: deleting a group does not give one back. An `open` entry is the time (ms) at which a creation
began; one older than `STALE_MS` was cut off by a crash and counts no more.
"""

from typing import Any

from canisters.lib.chat.group_rules import GROUPS_PER_CREATOR_MAX

STALE_MS = 600_000


def may_begin(creations: dict[str, Any], now_ms: int) -> bool:
    under_way = [started for started in creations["open"] if now_ms - started < STALE_MS]
    return creations["created"] + len(under_way) < GROUPS_PER_CREATOR_MAX


def begin(creations: dict[str, Any], now_ms: int) -> int:
    """Reserve one; returns the token to end it with."""
    under_way = [started for started in creations["open"] if now_ms - started < STALE_MS]
    token = now_ms
    # Two creations may begin in one millisecond; each needs a token of its own.
    while token in under_way:
        token += 1
    creations["open"] = [*under_way, token]
    return token


def end(creations: dict[str, Any], token: int, *, is_created: bool) -> None:
    creations["open"] = [started for started in creations["open"] if started != token]
    if is_created:
        creations["created"] += 1
