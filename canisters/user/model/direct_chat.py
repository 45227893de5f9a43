"""The record of a direct chat and how it changes; pure rules over a plain dict.

    them        the other person's id             name       their username, as the user index has it
    created     ms                                updated    stamp of the latest change
    events      how many events                   messages   how many messages
    read_me     the last message I have read      read_them  the last message they have read, in my numbering
    latest_theirs   the newest message received from them, in their numbering
    confirmed   the newest of my messages that their canister has stored
    inbox       the next number expected from their outbox
    outbox      state of the outbox to them (`lib/outbox.py`)

Both sides number messages for themselves, since either may refuse or miss what the other has. Whatever crosses over is
therefore translated by the reader's side first: a received message keeps the number its sender gave it, and a read
mark travels as the number of the message in its author's own canister (OpenChat's "unread index map", without a map:
between two of my own messages everything is theirs, so the newest message I read is one I received).
"""

from typing import Any

from canisters.lib import outbox


def new_chat(*, them: bytes, name: str, now_ms: int) -> dict[str, Any]:
    """A chat whose first event, `DirectChatCreated`, is counted already."""
    return {
        "them": them,
        "name": name,
        "created": now_ms,
        "updated": 0,
        "events": 1,
        "messages": 0,
        "read_me": None,
        "read_them": None,
        "latest_theirs": None,
        "confirmed": None,
        "inbox": 0,
        "outbox": outbox.new_state(now_ms),
    }


def add_message(chat: dict[str, Any]) -> tuple[int, int]:
    """Count a new message; returns its event index and message index."""
    indexes = (chat["events"], chat["messages"])
    chat["events"] += 1
    chat["messages"] += 1
    return indexes


def raise_mark(chat: dict[str, Any], mark: str, message_index: int) -> bool:
    """Move a read mark (or `confirmed`, or `latest_theirs`) forward. False if it was there already."""
    current = chat[mark]
    if current is not None and current >= message_index:
        return False
    chat[mark] = message_index
    return True


def latest_message_index(chat: dict[str, Any]) -> int | None:
    return chat["messages"] - 1 if chat["messages"] else None
