"""What the dashboard shows about this canister to anyone; no content, no names."""

from kybra import ic, query

from canisters.lib import env
from canisters.lib.version import VERSION
from canisters.user import state
from canisters.user.api import UserMetrics

PAGE_BYTES = 65_536


@query
def metrics() -> UserMetrics:
    totals = state.load_totals()
    return {
        "now": env.now_ms(),
        "version": VERSION,
        "cycles_balance": ic.canister_balance128(),
        # Only its size is asked: the pages themselves belong to the stable maps.
        "memory_used": ic.stable64_size() * PAGE_BYTES,
        "direct_chats": totals["chats"],
        "group_chats": totals["joined"],
        "messages": totals["messages"],
    }
