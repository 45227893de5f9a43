"""Registrations under way: a name is reserved and a canister taken before anything is awaited.

    REGISTRATIONS   principal -> name, started (ms), canister (id, absent while one is being created)

A crash may cut a registration off at any await. What it holds then is given back after `STALE_MS`: by the watch timer,
or by the next person who asks for the name. The canister goes to the pool, whatever has been done to it, because the
next installation wipes it. A registration that comes back from its await and finds its entry gone has lost.
"""

from typing import Any

import msgpack

from canisters.lib import children, env, pool
from canisters.user_index import state, users
from canisters.user_index.model import usernames

STALE_MS = 600_000


def refusal(principal: bytes, name: str) -> Any:
    """Why this person cannot register under this name now, as a case of RegisterUserResult."""
    now_ms = env.now_ms()
    if users.number_of_principal(principal) is not None or is_open(get(principal), now_ms):
        return {"AlreadyRegistered": None}
    limit = state.load_settings()["user_limit"]
    if users.count() + state.REGISTRATIONS.len() >= limit:
        return {"UserLimitReached": limit}
    refused = usernames.refusal(name) or name_refusal(name)
    if refused is not None:
        return refused
    if pool.size(state.CHILDREN) == 0 and not pool.can_create():
        return {"CyclesBalanceTooLow": None}
    return None


def name_refusal(name: str) -> Any:
    entry = state.INDEXES.get(users.name_key(name))
    if entry is None:
        return None
    if entry[:1] == users.RESERVED and not is_open(get(entry[1:]), env.now_ms()):
        return None
    return {"UsernameTaken": None}


def reserve(principal: bytes, name: str) -> dict[str, Any]:
    """Begin a registration that `refusal` has nothing against."""
    recover(principal)
    entry = state.INDEXES.get(users.name_key(name))
    if entry is not None:
        recover(entry[1:])
    registration = {"name": name, "started": env.now_ms()}
    canister_id = pool.take(state.CHILDREN)
    if canister_id is not None:
        registration["canister"] = canister_id
    save(principal, registration)
    state.INDEXES.insert(users.name_key(name), users.RESERVED + principal)
    return registration


def attach(principal: bytes, registration: dict[str, Any], canister_id: bytes) -> bool:
    """Give a new canister to the registration; if that is gone, to the pool. False in the second case."""
    if get(principal) != registration:
        pool.give(state.CHILDREN, canister_id)
        return False
    registration["canister"] = canister_id
    save(principal, registration)
    return True


def complete(principal: bytes, registration: dict[str, Any], generation: int) -> bool:
    """Enter the person into the registry. False if the registration was given up in the meantime."""
    if get(principal) != registration:
        return False
    state.REGISTRATIONS.remove(principal)
    canister_id = registration["canister"]
    number = children.add(state.CHILDREN, canister_id, generation)
    users.add(number, user_id=canister_id, principal=principal, name=registration["name"], now_ms=env.now_ms())
    return True


def abandon(principal: bytes, registration: dict[str, Any]) -> None:
    """Give back what a failed registration holds, unless somebody did already."""
    if get(principal) == registration:
        release(principal, registration)


def recover(principal: bytes) -> None:
    registration = get(principal)
    if registration is not None and not is_open(registration, env.now_ms()):
        release(principal, registration)


def recover_all() -> None:
    for principal in state.REGISTRATIONS.keys():  # noqa: SIM118 -- a stable map has no iteration of its own
        recover(principal)


def release(principal: bytes, registration: dict[str, Any]) -> None:
    state.REGISTRATIONS.remove(principal)
    state.INDEXES.remove(users.name_key(registration["name"]))
    if "canister" in registration:
        pool.give(state.CHILDREN, registration["canister"])


def is_open(registration: dict[str, Any] | None, now_ms: int) -> bool:
    return registration is not None and now_ms - registration["started"] < STALE_MS


def get(principal: bytes) -> dict[str, Any] | None:
    packed = state.REGISTRATIONS.get(principal)
    return None if packed is None else msgpack.unpackb(packed)


def save(principal: bytes, registration: dict[str, Any]) -> None:
    state.REGISTRATIONS.insert(principal, msgpack.packb(registration))
