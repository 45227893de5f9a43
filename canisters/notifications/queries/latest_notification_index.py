"""Where a relay begins that has never polled: what was queued before is too old to tell anybody."""

from kybra import query

from canisters.lib import env
from canisters.notifications import guards, state
from canisters.notifications.api import LatestNotificationIndexResult


@query
def latest_notification_index() -> LatestNotificationIndexResult:
    if not guards.is_relay(env.caller_bytes()):
        return {"NotAuthorized": None}
    return {"Success": state.load_totals()["next"] - 1}
