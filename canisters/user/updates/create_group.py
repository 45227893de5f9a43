"""Have the group index create a group that I own."""

from typing import Any

from kybra import Async, Principal, update

from canisters.lib import c2c, env
from canisters.lib.chat import group_rules
from canisters.user import memberships, state
from canisters.user.api import CreateGroupArgs, CreateGroupResult
from canisters.user.guards import caller_is_owner
from canisters.user.model import creations

REFUSALS = (
    "NameTaken",
    "NameReserved",
    "NameTooShort",
    "NameTooLong",
    "DescriptionTooLong",
)


@update(guard=caller_is_owner)
def create_group(args: CreateGroupArgs) -> Async[CreateGroupResult]:
    name = args["name"].strip()
    description = args["description"].strip()
    refused = group_rules.refusal(name=name, description=description, is_public=args["is_public"])
    if refused is not None:
        return refused

    token = reserve()
    if token is None:
        return {"MaxGroupsCreated": group_rules.GROUPS_PER_CREATOR_MAX}

    request = c2c.request(
        is_public=args["is_public"],
        name=name,
        description=description,
        history_visible_to_new_joiners=args["history_visible_to_new_joiners"],
    )
    answer = yield from c2c.call(state.load_profile()["group_index"], "c2c_create_group", request)

    return settle(token, answer)


def reserve() -> int | None:
    """One of the groups this person may create, or None if they are used up."""
    counts = state.load_creations()
    now_ms = env.now_ms()
    if not creations.may_begin(counts, now_ms):
        return None
    token = creations.begin(counts, now_ms)
    state.save_creations(counts)
    return token


def settle(token: int, answer: dict[str, Any]) -> CreateGroupResult:
    """Keep the reservation or give it back, and say what became of the group."""
    group_id = None
    result: Any
    if "Err" in answer:
        result = {"InternalError": answer["Err"]}
    else:
        name, payload = c2c.case(answer["Ok"])
        if name == "Success":
            group_id = payload["chat_id"]
            result = {"Success": {"chat_id": Principal(group_id)}}
        elif name in REFUSALS:
            result = {name: payload}
        else:
            result = {"InternalError": payload if isinstance(payload, str) else f"the group index answered {name}"}
    counts = state.load_creations()
    creations.end(counts, token, is_created=group_id is not None)
    state.save_creations(counts)
    if group_id is not None:
        memberships.add(group_id)
    return result
