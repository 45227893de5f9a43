"""Who has subscribed, and the totals that go with it.

RECORDS  "S" + user id, padded  -> {`s`: subscriptions, see `model/subscriptions.py`}
INDEXES  "s" + user id          -> nothing: this user has at least one
"""

from canisters.lib import env
from canisters.notifications import state
from canisters.notifications.model import subscriptions
from canisters.notifications.model.subscriptions import Subscriptions

_USER_ID_BYTES_MAX = 29


def load(user_id: bytes) -> Subscriptions:
    record = state.load(_key(user_id))
    return [] if record is None else record["s"]


def load_active(user_id: bytes) -> Subscriptions:
    return subscriptions.active(load(user_id), env.now_ms()) if has_any(user_id) else []


def has_any(user_id: bytes) -> bool:
    return state.INDEXES.contains_key(b"s" + user_id)


def save(user_id: bytes, before: Subscriptions, after: Subscriptions) -> None:
    """Replace the subscriptions of a user and keep the totals right."""
    if before == after:
        return
    totals = state.load_totals()
    totals["subscriptions"] += len(after) - len(before)
    totals["users"] += bool(after) - bool(before)
    state.save_totals(totals)
    state.save(_key(user_id), {"s": after})
    if after:
        state.INDEXES.insert(b"s" + user_id, b"")
    else:
        state.INDEXES.remove(b"s" + user_id)


def _key(user_id: bytes) -> bytes:
    # One length for all keys of the table, so that the pieces of a long record cannot meet another user's key.
    return b"S" + bytes([len(user_id)]) + user_id.ljust(_USER_ID_BYTES_MAX, b"\x00")
