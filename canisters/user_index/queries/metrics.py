"""How the index is doing, for anyone."""

from kybra import ic, query

from canisters.lib import children, env, pool, upgrades
from canisters.user_index import state, users
from canisters.user_index.api import UserIndexMetrics


@query
def metrics() -> UserIndexMetrics:
    module = children.module(state.CHILDREN)
    upgrade_status = upgrades.status(state.CHILDREN)
    return {
        "now": env.now_ms(),
        "cycles_balance": ic.canister_balance128(),
        "users": users.count(),
        "canisters_in_pool": pool.size(state.CHILDREN),
        "user_module_hash": None if module is None else module["hash"],
        "upgrades_pending": upgrade_status["pending"],
        "upgrades_completed": upgrade_status["completed"],
        "upgrades_failed": upgrade_status["failed"],
    }
