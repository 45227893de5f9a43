"""Receive what somebody sent me: messages and read marks, in order, each exactly once.

Request `{v, base, events: [{seq, kind, ...}]}` (`model/sending.py`), reply `{"Success": {"next"}}`, `{"Blocked"}` or
`{"NotKnown"}`, sent before anybody is notified. Caller: the canister of a registered person; a stranger is looked up at
the user index, and having a chat here is the memory of that.
"""

from typing import Any

from kybra import Async, Manual, blob, ic, update

from canisters.lib import c2c, callers, env, fields
from canisters.lib.chat import events, stored
from canisters.user import chats, notify, peers, state
from canisters.user.model import direct_chat, sending

EVENTS_MAX = 50


@update
def c2c_push_events(payload: blob) -> Async[Manual[blob]]:
    sender = env.caller_bytes()
    request = c2c.decode(payload)
    pushed = pushed_events(request)

    name = ""
    peer = peers.get(sender)
    if peer.chat_number is None and not peer.is_blocked:
        looked_up = yield from callers.look_up(callers.USER, state.load_profile()["user_index"], sender)
        if "Err" in looked_up:
            raise c2c.C2cError("the user index could not say who the sender is: " + looked_up["Err"])
        if looked_up["Ok"] is None:
            ic.reply(c2c.encode({"NotKnown": None}))
            return None
        name = looked_up["Ok"]["username"]
        # Blocking and opening this chat may both have happened while we waited.
        peer = peers.get(sender)

    if peer.is_blocked:
        ic.reply(c2c.encode({"Blocked": None}))
        return None
    base = fields.nat64_or_none(request, "base")
    next_number, question = receive(peer.chat_number, sender, name, pushed, base)
    ic.reply(c2c.encode({"Success": {"next": next_number}}))

    if question is not None:
        yield from notify.ask(question)
    return None


def pushed_events(request: dict[str, Any]) -> list[dict[str, Any]]:
    pushed = fields.items(request, "events")
    if not 0 < len(pushed) <= EVENTS_MAX:
        raise c2c.C2cError(f"from 1 to {EVENTS_MAX} events are taken at once")
    if not all(isinstance(item, dict) for item in pushed):
        raise c2c.C2cError("an event is not a map")
    return pushed


def receive(
    number: int | None, sender: bytes, name: str, pushed: list[dict[str, Any]], base: int | None
) -> tuple[int, dict[str, Any] | None]:
    """Apply the events that are new; returns the number expected next, and what `notify.received` does."""
    now_ms = env.now_ms()
    totals = state.load_totals()
    if number is None:
        # A chat begins with a message, so that there is always a latest one to show.
        if not any(sending.is_message(item) for item in pushed):
            return fields.nat64(pushed[-1], "seq") + 1, None
        number, chat = chats.open_chat(sender, name, totals, now_ms)
    else:
        chat = state.load_chat(number)
    if base is not None and base > chat["inbox"]:
        chat["inbox"] = base
    arrived = []
    for item in pushed:
        sequence_number = fields.nat64(item, "seq")
        if sequence_number > chat["inbox"]:
            break
        if sequence_number == chat["inbox"]:
            chat["inbox"] += 1
            event = apply(item, number, chat, totals, now_ms)
            if event is not None:
                arrived.append(event)
    question = notify.received(chat, arrived, totals, now_ms)
    state.save_chat(number, chat)
    state.save_totals(totals)
    return chat["inbox"], question


def apply(
    item: dict[str, Any], number: int, chat: dict[str, Any], totals: dict[str, Any], now_ms: int
) -> dict[str, Any] | None:
    """Apply one event; returns the stored event if it is a message. Kinds of a later version are passed over."""
    kind = item.get("kind")
    if kind == "message":
        message = sending.read_message(item)
        return None if message is None else add_message(message, number, chat, totals, now_ms)
    if kind == "mark_read":
        raise_read_mark(fields.nat32(item, "read_up_to"), chat, totals, now_ms)
    return None


def add_message(
    message: sending.ReceivedMessage, number: int, chat: dict[str, Any], totals: dict[str, Any], now_ms: int
) -> dict[str, Any] | None:
    prefix = state.events_prefix(number)
    if events.find_message_id(state.EVENTS, prefix, message.message_id) is not None:
        return None
    event_index, message_index = direct_chat.add_message(chat)
    event = stored.message_event(
        message_index=message_index,
        message_id=message.message_id,
        sender=chat["them"],
        content=message.body,
        replies_to=local_reply(message.replies_to, prefix),
        forwarded=message.forwarded,
        timestamp_ms=now_ms,
        correlation_id=message.correlation_id,
    )
    event["m"]["p"] = message.message_index
    chats.append_message(number, chat, event, event_index, totals, now_ms)
    direct_chat.raise_mark(chat, "latest_theirs", message.message_index)
    # Nothing is told by who had received nothing yet: our messages may have crossed this one on the way.
    if message.read_up_to is not None:
        raise_read_mark(message.read_up_to, chat, totals, now_ms)
    event["index"] = event_index
    return event


def raise_read_mark(read_up_to: int, chat: dict[str, Any], totals: dict[str, Any], now_ms: int) -> None:
    """They have read my messages up to this one; a number I have not given yet is cut to the last."""
    latest = direct_chat.latest_message_index(chat)
    if latest is not None and direct_chat.raise_mark(chat, "read_them", min(read_up_to, latest)):
        chat["updated"] = state.touch(totals, now_ms)


def local_reply(reply: dict[str, Any] | None, prefix: bytes) -> list[Any] | None:
    """A reply context in my numbering; nothing if the message it names is not here."""
    if reply is None:
        return None
    if "chat_id" in reply:
        return [fields.nat32(reply, "event_index"), fields.principal(reply, "chat_id")]
    event_index = events.find_message_id(state.EVENTS, prefix, fields.nat64(reply, "message_id"))
    return None if event_index is None else [event_index, None]
