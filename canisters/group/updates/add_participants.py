"""Add people to a private group, one after the other: each one's own canister must agree.

The user index says who each of them is, so a canister cannot pass for somebody's. Each is added as soon as their
canister agrees; after every await the right to add, the limit and who is a member are looked at again.
"""

from collections.abc import Generator
from typing import Any

from kybra import Async, Principal, update

from canisters.group import access, additions, jobs, members, push, state
from canisters.group.api import AddParticipantsArgs, AddParticipantsResult
from canisters.group.model import mentions, permissions
from canisters.lib import c2c, callers, env
from canisters.lib.chat.group_rules import PARTICIPANTS_MAX

ADDED = "users_added"
ALREADY = "already_in_group"
BLOCKED = "who_blocked_request"
ERRORS = "errors"
USERS_PER_CALL_MAX = 100


@update
def add_participants(args: AddParticipantsArgs) -> Async[AddParticipantsResult]:
    adder = access.caller()
    if adder is None:
        return {"CallerNotInGroup": None}
    refusal = _refusal(args, adder)
    if refusal is not None:
        return refusal

    user_ids = list(dict.fromkeys(user_id.bytes for user_id in args["user_ids"]))
    missing = [user_id for user_id in user_ids if not members.is_member(user_id)]
    if state.load_totals()["members"] + len(missing) > PARTICIPANTS_MAX:
        return {"ParticipantLimitReached": PARTICIPANTS_MAX}

    outcome = {ADDED: [], ALREADY: [one for one in user_ids if one not in missing], BLOCKED: [], ERRORS: []}
    yield from _add_all(adder, missing, args["correlation_id"], outcome)

    if outcome[ADDED]:
        push.added(outcome[ADDED], added_by=adder["u"], added_by_name=args["added_by_name"], now_ms=env.now_ms())
    return _answer(outcome)


def _refusal(args: AddParticipantsArgs, adder: dict[str, Any]) -> Any:
    if not permissions.may_add_members(adder["r"], is_public=state.load_info()["is_public"]):
        return {"NotAuthorized": None}
    problem = mentions.name_problem("added_by_name", args["added_by_name"])
    if not 0 < len(args["user_ids"]) <= USERS_PER_CALL_MAX:
        problem = f"user_ids must have 1 to {USERS_PER_CALL_MAX} users"
    return None if problem is None else {"InvalidRequest": problem}


def _add_all(
    adder: dict[str, Any], user_ids: list[bytes], correlation_id: int, outcome: dict[str, list[bytes]]
) -> Generator[Any, Any, None]:
    """Try one after the other and enter each into the list where they belong. Drive it with `yield from`."""
    request = additions.begin(adder["u"], correlation_id, env.now_ms())
    jobs.watch_additions()
    for user_id in user_ids:
        result = yield from _add(adder, user_id)
        additions.note(request, user_id if result == ADDED else None, env.now_ms())
        outcome[result].append(user_id)
    additions.finish(request, env.now_ms())


def _add(adder: dict[str, Any], user_id: bytes) -> Generator[Any, Any, str]:
    """Try to add one user; which list of the outcome they belong to. Drive it with `yield from`."""
    looked_up = yield from callers.look_up(callers.USER, state.load_info()["user_index"], user_id)
    user = looked_up.get("Ok")
    if user is None or not _may_still_add(adder):
        return ERRORS
    request = c2c.request(added_by=adder["u"], latest_message_index=_latest_message_index())
    answer = yield from c2c.call(user_id, "c2c_try_add_to_group", request)
    if "Err" in answer:
        return ERRORS
    name, _ = c2c.case(answer["Ok"])
    if name == "Blocked":
        return BLOCKED
    # Their canister may know this group already, from an earlier attempt that was cut off on our side.
    if name not in ("Success", "AlreadyInGroup") or not _may_still_add(adder):
        return ERRORS
    return _admit(user_id, user["principal"])


def _admit(user_id: bytes, principal: bytes) -> str:
    totals = state.load_totals()
    if members.is_member(user_id):
        return ALREADY
    if totals["members"] >= PARTICIPANTS_MAX or members.is_principal_of_member(principal):
        return ERRORS
    members.add(
        totals,
        user_id=user_id,
        principal=principal,
        role=permissions.PARTICIPANT,
        is_muted=False,
        now_ms=env.now_ms(),
    )
    state.save_totals(totals)
    return ADDED


def _may_still_add(adder: dict[str, Any]) -> bool:
    now = members.find_by_user_id(adder["u"])
    return now is not None and permissions.may_add_members(now["r"], is_public=state.load_info()["is_public"])


def _latest_message_index() -> int | None:
    count: int = state.load_totals()["messages"]
    return count - 1 if count else None


def _answer(outcome: dict[str, list[bytes]]) -> AddParticipantsResult:
    lists: Any = {name: [Principal(user_id) for user_id in user_ids] for name, user_ids in outcome.items()}
    if not outcome[ALREADY] and not outcome[BLOCKED] and not outcome[ERRORS]:
        return {"Success": None}
    if outcome[ADDED]:
        return {"PartialSuccess": lists}
    return {"Failed": lists}
