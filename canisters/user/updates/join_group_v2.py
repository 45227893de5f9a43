"""Join a group. Its id is looked up at the group index first, so that a canister that is no group is never called."""

from typing import Any

from kybra import Async, update

from canisters.lib import c2c, callers
from canisters.lib.chat.group_rules import PARTICIPANTS_MAX
from canisters.user import memberships, state
from canisters.user.api import JoinGroupArgs, JoinGroupResult
from canisters.user.guards import caller_is_owner


@update(guard=caller_is_owner)
def join_group_v2(args: JoinGroupArgs) -> Async[JoinGroupResult]:
    group_id = args["chat_id"].bytes
    if memberships.is_member(group_id):
        return {"AlreadyInGroup": None}

    proved = yield from callers.prove(state.INDEXES, callers.GROUP, state.load_profile()["group_index"], group_id)
    if "Err" in proved:
        return {"InternalError": proved["Err"]}
    if not proved["Ok"]:
        return {"GroupNotFound": None}

    answer = yield from c2c.call(group_id, "c2c_join_group_v2", c2c.request(correlation_id=args["correlation_id"]))
    return settle(group_id, answer)


def settle(group_id: bytes, answer: dict[str, Any]) -> JoinGroupResult:
    if "Err" in answer:
        return {"InternalError": answer["Err"]}
    name, payload = c2c.case(answer["Ok"])
    # A member according to the group and not according to us: the answer of an earlier join was lost on its way.
    if name in ("Success", "AlreadyInGroup"):
        latest = payload.get("latest_message_index") if isinstance(payload, dict) else None
        memberships.add(group_id, latest)
        return {"Success": None}
    if name == "GroupNotPublic":
        return {"GroupNotPublic": None}
    if name == "ParticipantLimitReached":
        return {"ParticipantLimitReached": payload if isinstance(payload, int) else PARTICIPANTS_MAX}
    return {"InternalError": payload if isinstance(payload, str) else f"the group answered {name}"}
