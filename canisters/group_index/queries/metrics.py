"""Figures for operators."""

from kybra import ic, query

from canisters.group_index import groups, state
from canisters.group_index.api import GroupIndexMetrics
from canisters.lib import children, env, pool, upgrades


@query
def metrics() -> GroupIndexMetrics:
    totals = groups.load_totals()
    module = children.module(state.CHILDREN)
    progress = upgrades.status(state.CHILDREN)
    return {
        "now": env.now_ms(),
        "cycles_balance": ic.canister_balance128(),
        "public_groups": totals["public"],
        "private_groups": totals["private"],
        "canisters_in_pool": pool.size(state.CHILDREN),
        "group_module_hash": None if module is None else module["hash"],
        "upgrades_pending": progress["pending"],
        "upgrades_completed": progress["completed"],
        "upgrades_failed": progress["failed"],
    }
