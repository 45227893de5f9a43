"""Keeps the list of blocked people and the mark that each message looks at in step."""

from canisters.lib import env
from canisters.user import peers, state


def set_blocked(user_id: bytes, is_blocked: bool) -> None:
    peer = peers.get(user_id)
    if peer.is_blocked == is_blocked:
        return
    peers.put(user_id, peer._replace(is_blocked=is_blocked))
    totals = state.load_totals()
    blocked = state.load_blocked()
    others = [blocked_id for blocked_id in blocked["users"] if blocked_id != user_id]
    blocked["users"] = [*others, user_id] if is_blocked else others
    blocked["updated"] = state.touch(totals, env.now_ms())
    state.save_blocked(blocked)
    state.save_totals(totals)
