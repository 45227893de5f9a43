"""Opens direct chats and adds messages to them; used by sending and by receiving."""

from typing import Any

from canisters.lib.chat import events, stored
from canisters.user import peers, state
from canisters.user.model import direct_chat
from canisters.user.peers import Peer


def open_chat(them: bytes, name: str, totals: dict[str, Any], now_ms: int) -> tuple[int, dict[str, Any]]:
    """A new chat with somebody, with its first event; the caller saves chat and totals."""
    number = totals["chats"]
    totals["chats"] = number + 1
    chat = direct_chat.new_chat(them=them, name=name, now_ms=now_ms)
    created = stored.other_event("DirectChatCreated", None, timestamp_ms=now_ms)
    events.append(state.EVENTS, state.events_prefix(number), 0, created)
    peers.put(them, Peer(number, peers.get(them).is_blocked))
    return number, chat


def append_message(
    number: int, chat: dict[str, Any], event: dict[str, Any], event_index: int, totals: dict[str, Any], now_ms: int
) -> None:
    events.append(state.EVENTS, state.events_prefix(number), event_index, event)
    totals["messages"] += 1
    chat["updated"] = state.touch(totals, now_ms)
