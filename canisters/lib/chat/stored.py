"""The form in which events are stored, and the way from it to Candid.

Stored events are small maps with one-letter keys, because a chat has many of them:

    t  timestamp in milliseconds          c  correlation id, absent if 0
    m  a message: n message index, i message id, s sender, x content, absent if not so: r reply [event index, chat or
       nil], f forwarded, p the message index that the sender's own canister gave it (received direct messages)
    e  any other event: its Candid name and its payload, principals as bytes

`to_candid` turns what `events.py` reads into a ChatEventWrapper. Unknown keys are left alone, so later versions may add
some.
"""

from typing import Any

from kybra import Principal

from canisters.lib.chat.api import ChatEventWrapper, EventsPage, Message, MessageContent


def message_event(
    *,
    message_index: int,
    message_id: int,
    sender: bytes,
    content: MessageContent,
    replies_to: list[Any] | None,
    forwarded: bool,
    timestamp_ms: int,
    correlation_id: int,
) -> dict[str, Any]:
    message: dict[str, Any] = {"n": message_index, "i": message_id, "s": sender, "x": content}
    if replies_to is not None:
        message["r"] = replies_to
    if forwarded:
        message["f"] = True
    event = {"t": timestamp_ms, "m": message}
    if correlation_id:
        event["c"] = correlation_id
    return event


def other_event(name: str, payload: Any, *, timestamp_ms: int, correlation_id: int = 0) -> dict[str, Any]:
    """An event that is not a message: `payload` as in Candid, but principals as bytes, None where there is none."""
    event = {"t": timestamp_ms, "e": [name, payload]}
    if correlation_id:
        event["c"] = correlation_id
    return event


def to_candid(event: dict[str, Any], principals: dict[bytes, Principal]) -> ChatEventWrapper:
    """An event as clients see it. Principals are dear to make: `principals` keeps those met within one answer."""
    body: Any
    message = event.get("m")
    if message is not None:
        body = {"Message": message_to_candid(message, principals)}
    else:
        name, payload = event["e"]
        body = {name: payload_to_candid(payload, principals)}
    return {
        "index": event["index"],
        "timestamp": event["t"],
        "correlation_id": event.get("c", 0),
        "event": body,
    }


def message_to_candid(message: dict[str, Any], principals: dict[bytes, Principal]) -> Message:
    reply: Any = message.get("r")
    if reply is not None:
        event_index, chat = reply
        reply = {"event_index": event_index, "chat_id_if_other": None if chat is None else principal(chat, principals)}
    return {
        "message_index": message["n"],
        "message_id": message["i"],
        "sender": principal(message["s"], principals),
        "content": message["x"],
        "replies_to": reply,
        "forwarded": message.get("f", False),
    }


def payload_to_candid(payload: Any, principals: dict[bytes, Principal]) -> Any:
    """Payloads of other events are flat records of texts, principals and lists of principals."""
    if payload is None:
        return None
    return {name: value_to_candid(value, principals) for name, value in payload.items()}


def value_to_candid(value: Any, principals: dict[bytes, Principal]) -> Any:
    if isinstance(value, bytes):
        return principal(value, principals)
    if isinstance(value, list):
        return [principal(item, principals) for item in value]
    return value


def principal(raw: bytes, principals: dict[bytes, Principal]) -> Principal:
    known = principals.get(raw)
    if known is None:
        known = Principal(raw)
        principals[raw] = known
    return known


def page_to_candid(events: list[dict[str, Any]], latest_event_index: int) -> EventsPage:
    principals: dict[bytes, Principal] = {}
    return {
        "events": [to_candid(event, principals) for event in events],
        "affected_events": [],
        "latest_event_index": latest_event_index,
    }
