"""Figures for operators; nothing in them says who is in the group or what is said."""

from kybra import ic, query

from canisters.group import state
from canisters.group.api import GroupMetrics
from canisters.lib import env
from canisters.lib.version import VERSION

PAGE_BYTES = 65_536


@query
def metrics() -> GroupMetrics:
    totals = state.load_totals()
    return {
        "now": env.now_ms(),
        "version": VERSION,
        "cycles_balance": ic.canister_balance128(),
        # Only its size is asked: the pages themselves belong to the stable maps.
        "memory_used": ic.stable64_size() * PAGE_BYTES,
        "participants": totals["members"],
        "messages": totals["messages"],
    }
