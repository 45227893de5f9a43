"""Whether this browser of the caller is subscribed; clients ask to know whether to subscribe again."""

from kybra import query

from canisters.lib import env
from canisters.notifications import state, subscribers
from canisters.notifications.api import SubscriptionExistsArgs, SubscriptionExistsResult


@query
def subscription_exists(args: SubscriptionExistsArgs) -> SubscriptionExistsResult:
    user_id = state.user_of(env.caller_bytes())
    active = [] if user_id is None else subscribers.load_active(user_id)
    if any(one["p"] == args["p256dh_key"] for one in active):
        return {"Yes": None}
    return {"No": None}
