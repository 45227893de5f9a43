"""Candid: messages, values as text, interfaces as text; and what the management canister takes."""

from __future__ import annotations

from typing import Final

from parley.interfaces import interface
from parley.places import ROOT
from replica.candid import text
from replica.candid.codec import decode_untyped
from replica.candid.did import parse_did
from replica.candid.types import CandidError
from replica.certification.representation import leb128 as natural
from replica.management.interface import INTERFACE, decode_args
from replica.principal import Principal
from replica.reject import Reject
from tests.fuzz.target import Target

_USER: Final = interface("user")
_ID: Final = Principal.from_counter(1)
_MESSAGE: Final = _USER.encode_args(
    "send_message",
    {
        "recipient": _ID,
        "message_id": 1,
        "sender_name": "alice",
        "content": {"Text": {"text": "hello"}},
        "replies_to": {"event_index": 1, "chat_id_if_other": _ID},
        "forwarding": False,
        "correlation_id": 0,
    },
)
_PAGE: Final = _USER.encode_results(
    "events", {"Success": {"events": [], "affected_events": [], "latest_event_index": 3}}
)
_MANY_DIGITS: Final = b"\xff" * 5_000 + b"\x01"
_MEGABYTE: Final = natural(2**20)
BOMBS: Final = (
    # Elements that take no bytes: a vector of a billion nulls, of empty records, of reserved.
    b"DIDL\x01\x6d\x7f\x01\x00" + natural(10**9),
    b"DIDL\x02\x6d\x01\x6c\x00\x01\x00" + natural(10**9),
    b"DIDL\x01\x6d\x70\x01\x00" + natural(2**62),
    # A record that contains itself, types without end, arguments without end.
    b"DIDL\x01\x6c\x01\x00\x00\x01\x00",
    b"DIDL\x01\x6e\x00\x01\x00" + b"\x01" * 1_000_000,
    b"DIDL"
    + natural(10_000)
    + b"".join(b"\x6e" + natural(number + 1) for number in range(9_999))
    + b"\x6e\x7f\x01\x00\x00",
    b"DIDL" + natural(2**32),
    # Counts, types, field ids and lengths with more digits than Python writes; headers that end too early.
    b"DIDL" + _MANY_DIGITS,
    b"DIDL\x00\x01" + _MANY_DIGITS,
    b"DIDL\x01\x6c\x01" + _MANY_DIGITS + b"\x7f\x00",
    b"DIDL\x01\x69\x01" + _MANY_DIGITS,
    b"DIDL\x00\x01\x71" + _MANY_DIGITS,
    b"DIDL\x01\x6d\x7d\x01\x00" + _MANY_DIGITS,
    b"DIDL\x01",
    b"DIDL\x01\x6c\x03",
    b"DIDL\x00" + natural(2**32),
    b"DIDL\x00" + natural(100_000) + b"\x7f" * 100_000,
    # Numbers with a million digits, text that is no UTF-8, lengths beyond the end.
    b"DIDL\x00\x01\x7d" + b"\xff" * 1_000_000 + b"\x01",
    b"DIDL\x00\x01\x7c" + b"\x80" * 1_000_000 + b"\x00",
    b"DIDL\x00\x01\x71" + _MEGABYTE + b"\xff" * 2**20,
    b"DIDL\x01\x6d\x7b\x01\x00" + natural(2**20) + bytes(2**20),
    b"DIDL\x01\x6d\x7b\x01\x00" + natural(2**63),
    b"DIDL\x01\x6d\x7d\x01\x00" + natural(100_000) + bytes(100_000),
    b"DIDL\x01\x6d\x71\x01\x00" + natural(100_000) + bytes(100_000),
)
_DID: Final = tuple((ROOT / "canisters" / name / f"{name}.did").read_bytes() for name in ("user", "group", "website"))
_TEXTS: Final = (
    b'(record { a = 1 : nat; "b c" = opt vec { "x"; "y" }; 5 = variant { Ok } })',
    b'(principal "aaaaa-aa", blob "\\00\\ff", 1.5e3 : float64, -0x1f : int, service "aaaaa-aa")',
    b"(vec { 1 : nat8; 2 : nat8 }, null, true, (null : opt text)) // and a remark /* in it */",
)
# Strangers send no text: interfaces come with modules of the allow-list, values are typed by people. So these are as
# large as such text is, and a larger one may take its time.
_TEXT_BOMBS: Final = (
    b"opt " * 7_000,
    b"vec { " * 4_000,
    b"(" * 20_000,
    b"/*" * 10_000,
    b'("' + b"\\u{41}" * 4_000 + b'")',
    b"(" + b"9" * 20_000 + b")",
    b"(1e" + b"9" * 20_000 + b")",
    b"(" + b"1, " * 5_000 + b")",
    b"(0x" + b"f" * 20_000 + b" : nat)",
    b"type a = record { " + b"x : a; " * 2_000 + b"}",
    b"type a = " + b"opt " * 5_000 + b"nat",
    b"".join(b"type a%d = a%d; " % (number, number + 1) for number in range(1_500)),
    b"service : { " + b"m : () -> (); " * 1_500 + b"}",
)

CANDID: Final = (
    Target("Candid of unknown type", decode_untyped, (CandidError,), (_MESSAGE, _PAGE), BOMBS),
    Target(
        "Candid for a method", lambda data: _USER.decode_args("send_message", data), (CandidError,), (_MESSAGE,), BOMBS
    ),
    Target("Candid from a method", lambda data: _USER.decode_results("events", data), (CandidError,), (_PAGE,), BOMBS),
    Target("Candid as text", lambda data: text.encode(data.decode("latin-1")), (CandidError,), _TEXTS, _TEXT_BOMBS),
    Target("interface as text", lambda data: parse_did(data.decode("latin-1")), (CandidError,), _DID, _TEXT_BOMBS),
    Target(
        "argument of the management canister",
        lambda data: decode_args("update_settings", data),
        (Reject,),
        (INTERFACE.encode_args("update_settings", {"canister_id": _ID, "settings": {"controllers": [_ID]}}),),
        BOMBS,
    ),
)
