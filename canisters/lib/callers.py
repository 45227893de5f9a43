"""Which canisters have proved to be one of ours.

A `c2c_*` method that takes calls from any user or group canister asks the index once per caller and remembers the
answer in a stable map; indexes never forget a canister, so the answer never changes. Nobody is remembered for a "no":
a stranger today may be registered tomorrow.

    known   "k" + kind (1 byte) + canister id  -> nothing
"""

from collections.abc import Generator
from typing import Any

from kybra import StableBTreeMap

from canisters.lib import c2c

USER = b"u"
GROUP = b"g"


def is_known(known: StableBTreeMap[bytes, bytes], kind: bytes, caller: bytes) -> bool:
    return known.contains_key(known_key(kind, caller))


def remember(known: StableBTreeMap[bytes, bytes], kind: bytes, caller: bytes) -> None:
    known.insert(known_key(kind, caller), b"")


def prove(
    known: StableBTreeMap[bytes, bytes], kind: bytes, index_id: bytes, caller: bytes
) -> Generator[Any, Any, dict[str, Any]]:
    """`{"Ok": bool}`: whether `caller` is a canister of this kind; `{"Err": text}` if the index could not say.

    Drive it with `yield from`. It only awaits for callers not met before.
    """
    if is_known(known, kind, caller):
        return {"Ok": True}
    looked_up = yield from look_up(kind, index_id, caller)
    if "Err" in looked_up:
        return looked_up
    if looked_up["Ok"] is None:
        return {"Ok": False}
    remember(known, kind, caller)
    return {"Ok": True}


def look_up(kind: bytes, index_id: bytes, canister_id: bytes) -> Generator[Any, Any, dict[str, Any]]:
    """`{"Ok": record}` or `{"Ok": None}` as the index answers, `{"Err": text}` if it could not.

    For a user canister the record has `principal`, `username` and `is_bot`, for a group `is_public`.
    """
    if kind == USER:
        answer = yield from c2c.call(index_id, "c2c_lookup_principal", c2c.request(user_id=canister_id))
    else:
        answer = yield from c2c.call(index_id, "c2c_lookup_group", c2c.request(group_id=canister_id))
    if "Err" in answer:
        return answer
    name, payload = c2c.case(answer["Ok"])
    return {"Ok": payload if name == "Success" else None}


def known_key(kind: bytes, caller: bytes) -> bytes:
    return b"k" + kind + caller
