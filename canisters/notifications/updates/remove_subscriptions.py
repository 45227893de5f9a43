"""The relay found subscriptions that the push services no longer know."""

from kybra import update

from canisters.lib import env
from canisters.notifications import guards, subscribers
from canisters.notifications.api import RemoveSubscriptionsArgs, RemoveSubscriptionsResult
from canisters.notifications.model import subscriptions


@update
def remove_subscriptions(args: RemoveSubscriptionsArgs) -> RemoveSubscriptionsResult:
    if not guards.is_relay(env.caller_bytes()):
        return {"NotAuthorized": None}
    for user in args["subscriptions"]:
        user_id = user["user_id"].bytes
        if subscribers.has_any(user_id):
            before = subscribers.load(user_id)
            subscribers.save(user_id, before, subscriptions.remove(before, user["p256dh_keys"]))
    return {"Success": None}
