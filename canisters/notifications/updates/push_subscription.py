"""A browser of the caller wants notifications. Pushing the same subscription again keeps it alive."""

from collections.abc import Generator
from typing import Any

from kybra import Async, update

from canisters.lib import c2c, env
from canisters.notifications import guards, state, subscribers
from canisters.notifications.api import PushSubscriptionArgs, PushSubscriptionResult
from canisters.notifications.model import endpoints, subscriptions


@update
def push_subscription(args: PushSubscriptionArgs) -> Async[PushSubscriptionResult]:
    caller = env.caller_bytes()
    if not guards.is_somebody(caller):
        return {"UserNotFound": None}
    endpoint, keys = args["subscription"]["endpoint"], args["subscription"]["keys"]
    problem = endpoints.endpoint_problem(endpoint) or endpoints.keys_problem(keys["p256dh"], keys["auth"])
    if problem is not None:
        return {"InvalidRequest": problem}

    found = yield from _user_id(caller)
    if "Ok" not in found:
        return found

    before = subscribers.load(found["Ok"])
    after = subscriptions.put(before, endpoint, keys["p256dh"], keys["auth"], env.now_ms())
    subscribers.save(found["Ok"], before, after)
    # One way: a canister that its owner rewrote may never answer. Should this be lost, it asks by itself before long.
    c2c.notify(found["Ok"], "c2c_subscribed", c2c.request())
    return {"Success": None}


def _user_id(principal: bytes) -> Generator[Any, Any, Any]:
    """`{"Ok": user id}` or the case of the result that says why not; the user index is asked once per person."""
    known = state.user_of(principal)
    if known is not None:
        return {"Ok": known}
    request = c2c.request(principal=principal)
    answer = yield from c2c.call(state.load_settings()["user_index"], "c2c_lookup_user_id", request)
    if "Err" in answer:
        return {"InternalError": answer["Err"]}
    name, payload = c2c.case(answer["Ok"])
    if name != "Success":
        return {"UserNotFound": None}
    state.remember_user(principal, payload["user_id"])
    return {"Ok": payload["user_id"]}
