"""A browser of the caller wants no more notifications."""

from kybra import update

from canisters.lib import env
from canisters.notifications import state, subscribers
from canisters.notifications.api import RemoveSubscriptionArgs, RemoveSubscriptionResult
from canisters.notifications.model import subscriptions


@update
def remove_subscription(args: RemoveSubscriptionArgs) -> RemoveSubscriptionResult:
    user_id = state.user_of(env.caller_bytes())
    if user_id is not None:
        before = subscribers.load(user_id)
        subscribers.save(user_id, before, subscriptions.remove(before, [args["p256dh_key"]]))
    return {"Success": None}
