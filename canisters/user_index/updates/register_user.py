"""Give a person a name and a canister of their own."""

from collections.abc import Generator
from typing import Any

from kybra import Async, Principal, ic, update

from canisters.lib import candid_text, children, env, pool
from canisters.user_index import jobs, registrations, state
from canisters.user_index.api import RegisterUserArgs, RegisterUserResult
from canisters.user_index.guards import caller_is_signed_in

CUT_OFF = "the registration took too long and was given up"


@update(guard=caller_is_signed_in)
def register_user(args: RegisterUserArgs) -> Async[RegisterUserResult]:
    principal = env.caller_bytes()
    name = args["username"]
    refused = registrations.refusal(principal, name)
    if refused is not None:
        return refused
    if children.module(state.CHILDREN) is None:
        return {"InternalError": "there is no user module to install yet"}

    registration = registrations.reserve(principal, name)
    jobs.watch()

    if "canister" not in registration:
        refused = yield from create_canister(principal, registration)
        if refused is not None:
            return refused

    return (yield from install(principal, registration))


def create_canister(principal: bytes, registration: dict[str, Any]) -> Generator[Any, Any, Any]:
    """Create the canister that the pool did not have. The refusal to answer, or None."""
    created = yield from pool.create()
    if "Err" in created:
        registrations.abandon(principal, registration)
        too_low = created["Err"] == pool.CYCLES_TOO_LOW
        return {"CyclesBalanceTooLow": None} if too_low else {"InternalError": created["Err"]}
    if not registrations.attach(principal, registration, created["Ok"]):
        return {"InternalError": CUT_OFF}
    return None


def install(principal: bytes, registration: dict[str, Any]) -> Generator[Any, Any, RegisterUserResult]:
    canister_id = registration["canister"]
    arg = install_argument(principal, registration["name"])
    installed = yield from children.install(state.CHILDREN, canister_id, {"reinstall": None}, arg)

    if "Err" in installed:
        registrations.abandon(principal, registration)
        return {"InternalError": installed["Err"]}
    if not registrations.complete(principal, registration, installed["Ok"]):
        return {"InternalError": CUT_OFF}
    jobs.refill_pool()
    return {"Success": {"user_id": Principal(canister_id)}}


def install_argument(principal: bytes, name: str) -> bytes:
    """The UserInitArgs of the user canister."""
    settings = state.load_settings()
    return ic.candid_encode(
        candid_text.record(
            owner=candid_text.principal(Principal(principal).to_str()),
            username=candid_text.quote(name),
            user_index_canister_id=candid_text.principal(env.canister_id().to_str()),
            group_index_canister_id=candid_text.principal(Principal(settings["group_index"]).to_str()),
            notifications_canister_id=candid_text.principal(Principal(settings["notifications"]).to_str()),
        )
    )
