"""Figures for operators."""

from kybra import ic, query

from canisters.lib import env
from canisters.notifications import state
from canisters.notifications.api import NotificationsMetrics


@query
def metrics() -> NotificationsMetrics:
    totals = state.load_totals()
    return {
        "now": env.now_ms(),
        "cycles_balance": ic.canister_balance128(),
        "queued_notifications": totals["next"] - totals["first"],
        "latest_notification_index": totals["next"] - 1,
        "subscriptions": totals["subscriptions"],
        "users": totals["users"],
    }
