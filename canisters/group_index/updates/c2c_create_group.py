"""A user canister wants a group for its owner: register it and install its canister.

    {v, is_public, name, description, history_visible_to_new_joiners}
      -> Success {chat_id} | NameTaken | NameReserved | NameTooShort {...} | NameTooLong {...}
         | DescriptionTooLong {...} | MaxGroupsCreated 10 | CyclesBalanceTooLow | UserNotFound | InternalError text

Caller: a registered user canister; the user index says who its owner is. What the creation holds is written down before
each await (`creations.py`), and after each it is checked that it holds it still.
"""

from collections.abc import Generator
from typing import Any

from kybra import Async, Principal, blob, ic, update

from canisters.group_index import creations, groups, jobs, state
from canisters.lib import c2c, callers, candid_text, children, env, fields, pool
from canisters.lib.chat import group_rules


@update
def c2c_create_group(payload: blob) -> Async[blob]:
    wish = _wish(c2c.decode(payload))
    refusal = group_rules.refusal(name=wish["name"], description=wish["description"], is_public=wish["is_public"])
    if refusal is not None:
        return c2c.encode(refusal)

    creator_id = env.caller_bytes()
    creator = yield from callers.look_up(callers.USER, state.load_settings()["user_index"], creator_id)
    if "Err" in creator:
        return c2c.encode({"InternalError": creator["Err"]})
    if creator["Ok"] is None:
        return c2c.encode({"UserNotFound": None})

    begun = creations.begin(creator_id, wish["name"] if wish["is_public"] else None, env.now_ms())
    if "Err" in begun:
        return c2c.encode(begun["Err"])
    jobs.watch()
    reply = yield from _create(begun["Ok"], wish, creator_id, creator["Ok"]["principal"])
    jobs.refill_pool()
    return c2c.encode(reply)


def _wish(request: dict[str, Any]) -> dict[str, Any]:
    return {
        "is_public": fields.flag(request, "is_public"),
        "name": fields.text(request, "name").strip(),
        "description": fields.text(request, "description", "").strip(),
        "history": fields.flag(request, "history_visible_to_new_joiners", True),
    }


def _create(
    number: int, wish: dict[str, Any], creator_id: bytes, principal: bytes
) -> Generator[Any, Any, dict[str, Any]]:
    """Find a canister and install the group. Drive it with `yield from`."""
    found = yield from _canister(number)
    if "Err" in found:
        creations.give_up(number)
        is_poor = found["Err"] == pool.CYCLES_TOO_LOW
        return {"CyclesBalanceTooLow": None} if is_poor else {"InternalError": found["Err"]}
    group_id = found["Ok"]
    arg = ic.candid_encode(_init_args(wish, creator_id, principal))
    installed = yield from children.install(state.CHILDREN, group_id, {"reinstall": None}, arg)

    if "Err" in installed:
        creations.give_up(number)
        return {"InternalError": installed["Err"]}
    if not creations.is_open(number):
        return {"InternalError": "the creation took too long and was given up"}
    creations.finish(number)
    children.add(state.CHILDREN, group_id, installed["Ok"])
    groups.add(
        group_id,
        name=wish["name"],
        description=wish["description"],
        is_public=wish["is_public"],
        created_by=creator_id,
    )
    return {"Success": {"chat_id": group_id}}


def _canister(number: int) -> Generator[Any, Any, dict[str, Any]]:
    """A canister from the pool, or a new one. Drive it with `yield from`."""
    canister_id = pool.take(state.CHILDREN)
    if canister_id is None:
        created = yield from pool.create()
        if "Err" in created:
            return created
        canister_id = created["Ok"]
        if not creations.is_open(number):
            pool.give(state.CHILDREN, canister_id)
            return {"Err": "the creation took too long and was given up"}
    creations.hold(number, canister_id)
    return {"Ok": canister_id}


def _init_args(wish: dict[str, Any], creator_id: bytes, principal: bytes) -> str:
    settings = state.load_settings()
    return candid_text.record(
        is_public=candid_text.flag(wish["is_public"]),
        name=candid_text.quote(wish["name"]),
        description=candid_text.quote(wish["description"]),
        history_visible_to_new_joiners=candid_text.flag(wish["history"]),
        created_by_user_id=_principal(creator_id),
        created_by_principal=_principal(principal),
        user_index_canister_id=_principal(settings["user_index"]),
        group_index_canister_id=_principal(env.canister_id_bytes()),
        notifications_canister_id=_principal(settings["notifications"]),
    )


def _principal(raw: bytes) -> str:
    return candid_text.principal(Principal(raw).to_str())
