"""The relay has dealt with everything up to an index. What is left after `COUNT_MAX` goes with the next call."""

from kybra import update

from canisters.lib import env
from canisters.notifications import guards, queue
from canisters.notifications.api import RemoveNotificationsArgs, RemoveNotificationsResult

COUNT_MAX = 20_000


@update
def remove_notifications(args: RemoveNotificationsArgs) -> RemoveNotificationsResult:
    if not guards.is_relay(env.caller_bytes()):
        return {"NotAuthorized": None}
    queue.remove_up_to(args["up_to_notification_index"], COUNT_MAX)
    return {"Success": None}
