"""What this canister knows of a person by their id, in one small entry that every message looks at.

INDEXES   "p" + user id -> chat number (u32, `NO_CHAT` if there is none) + blocked (u8)
"""

from typing import NamedTuple

from canisters.user import state

NO_CHAT = 0xFFFFFFFF


class Peer(NamedTuple):
    chat_number: int | None
    is_blocked: bool


STRANGER = Peer(None, False)


def get(user_id: bytes) -> Peer:
    entry = state.INDEXES.get(b"p" + user_id)
    if entry is None:
        return STRANGER
    number = int.from_bytes(entry[:4], "big")
    return Peer(None if number == NO_CHAT else number, entry[4] == 1)


def put(user_id: bytes, peer: Peer) -> None:
    number = NO_CHAT if peer.chat_number is None else peer.chat_number
    state.INDEXES.insert(b"p" + user_id, number.to_bytes(4, "big") + bytes([peer.is_blocked]))
