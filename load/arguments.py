"""Candid arguments, encoded with ic-py. What does not change is encoded once; a message is a template with two gaps."""

from __future__ import annotations

from typing import Any, Final

from ic.candid import Types, encode

from replica.principal import Principal

TEXT_BYTES: Final = 64
_MESSAGE_ID_GAP: Final = 0xA5C3_96F0_1E2D_4B87
_TEXT_GAP: Final = "\N{SECTION SIGN}" * (TEXT_BYTES // 2)

EMPTY: Final[bytes] = encode([])

_TEXT_CONTENT: Final = Types.Variant({"Text": Types.Record({"text": Types.Text})})
_REPLY_CONTEXT: Final = Types.Record({"event_index": Types.Nat32, "chat_id_if_other": Types.Opt(Types.Principal)})
_DIRECT_MESSAGE: Final = Types.Record(
    {
        "recipient": Types.Principal,
        "message_id": Types.Nat64,
        "sender_name": Types.Text,
        "content": _TEXT_CONTENT,
        "replies_to": Types.Opt(
            Types.Record({"event_index": Types.Nat32, "chat_id_if_other": Types.Opt(Types.Principal)})
        ),
        "forwarding": Types.Bool,
        "correlation_id": Types.Nat64,
    }
)
_GROUP_MESSAGE: Final = Types.Record(
    {
        "message_id": Types.Nat64,
        "sender_name": Types.Text,
        "content": _TEXT_CONTENT,
        "replies_to": Types.Opt(Types.Record({"event_index": Types.Nat32})),
        "mentioned": Types.Vec(Types.Record({"user_id": Types.Principal, "username": Types.Text})),
        "forwarding": Types.Bool,
        "correlation_id": Types.Nat64,
    }
)
_EVENTS: Final = {
    "start_index": Types.Nat32,
    "ascending": Types.Bool,
    "max_events": Types.Nat32,
    "latest_client_event_index": Types.Opt(Types.Nat32),
}


class MessageTemplate:
    """An encoded `send_message` argument whose message id and text are filled in without encoding again."""

    def __init__(self, encoded: bytes) -> None:
        self._head, self._middle, self._tail, self._is_id_first = _split(encoded)

    @classmethod
    def direct(cls, recipient: Principal, sender_name: str) -> MessageTemplate:
        values = {**_message(sender_name), "recipient": recipient.text}
        return cls(_encode(_DIRECT_MESSAGE, values))

    @classmethod
    def group(cls, sender_name: str) -> MessageTemplate:
        return cls(_encode(_GROUP_MESSAGE, {**_message(sender_name), "mentioned": []}))

    def fill(self, message_id: int, text: str) -> bytes:
        """`text` is cut or padded with spaces to `TEXT_BYTES` of UTF-8."""
        raw = text.encode()[:TEXT_BYTES].decode(errors="ignore").encode().ljust(TEXT_BYTES)
        gaps = (message_id.to_bytes(8, "little"), raw)
        first, second = gaps if self._is_id_first else reversed(gaps)
        return b"".join((self._head, first, self._middle, second, self._tail))


def username(name: str) -> bytes:
    return _encode(Types.Record({"username": Types.Text}), {"username": name})


def search(term: str) -> bytes:
    types = Types.Record({"search_term": Types.Text, "max_results": Types.Nat8})
    return _encode(types, {"search_term": term, "max_results": 10})


def updates_since(timestamp_ms: int) -> bytes:
    return _encode(Types.Record({"updates_since": Types.Nat64}), {"updates_since": timestamp_ms})


def direct_events(them: Principal, newest: int, count: int) -> bytes:
    return _encode(
        Types.Record({"user_id": Types.Principal, **_EVENTS}), {"user_id": them.text, **_page(newest, count)}
    )


def group_events(newest: int, count: int) -> bytes:
    return _encode(Types.Record(_EVENTS), _page(newest, count))


def mark_read(chat_id: Principal, read_up_to: int) -> bytes:
    read = Types.Record({"chat_id": Types.Principal, "read_up_to": Types.Nat32})
    values = {"messages_read": [{"chat_id": chat_id.text, "read_up_to": read_up_to}]}
    return _encode(Types.Record({"messages_read": Types.Vec(read)}), values)


def create_group(name: str) -> bytes:
    types = Types.Record(
        {
            "is_public": Types.Bool,
            "name": Types.Text,
            "description": Types.Text,
            "history_visible_to_new_joiners": Types.Bool,
        }
    )
    values = {"is_public": True, "name": name, "description": "made by load", "history_visible_to_new_joiners": True}
    return _encode(types, values)


def join_group(chat_id: Principal) -> bytes:
    types = Types.Record({"chat_id": Types.Principal, "correlation_id": Types.Nat64})
    return _encode(types, {"chat_id": chat_id.text, "correlation_id": 0})


def _message(sender_name: str) -> dict[str, object]:
    return {
        "message_id": _MESSAGE_ID_GAP,
        "sender_name": sender_name,
        "content": {"Text": {"text": _TEXT_GAP}},
        "replies_to": [],
        "forwarding": False,
        "correlation_id": 0,
    }


def _page(newest: int, count: int) -> dict[str, object]:
    return {"start_index": newest, "ascending": False, "max_events": count, "latest_client_event_index": []}


def _split(encoded: bytes) -> tuple[bytes, bytes, bytes, bool]:
    """Cut `encoded` at its two gaps; Candid orders fields by hash, so which gap is first is not ours to say."""
    id_gap, text_gap = _MESSAGE_ID_GAP.to_bytes(8, "little"), _TEXT_GAP.encode()
    assert encoded.count(id_gap) == encoded.count(text_gap) == 1  # noqa: S101  # else a gap's bytes are not its own
    is_id_first = encoded.index(id_gap) < encoded.index(text_gap)
    first, second = (id_gap, text_gap) if is_id_first else (text_gap, id_gap)
    head, _, rest = encoded.partition(first)
    middle, _, tail = rest.partition(second)
    return head, middle, tail, is_id_first


def _encode(types: Any, value: object) -> bytes:
    encoded: bytes = encode([{"type": types, "value": value}])
    return encoded
