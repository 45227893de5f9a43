"""Say something to the group. Sending the same message again answers what it got the first time."""

from typing import Any

from kybra import update

from canisters.group import access, members, push, state
from canisters.group.api import SendMessageArgs, SendMessageResult
from canisters.group.model import mentions, permissions
from canisters.lib import env
from canisters.lib.chat import content, events, stored


@update
def send_message(args: SendMessageArgs) -> SendMessageResult:
    sender = access.caller()
    if sender is None:
        return {"CallerNotInGroup": None}
    if not permissions.may(sender["r"], "send_messages"):
        return {"NotAuthorized": None}

    earlier = events.find_message_id(state.EVENTS, state.CHAT, args["message_id"])
    if earlier is not None:
        return _sent_before(sender, earlier)
    totals = state.load_totals()
    replied_to = _replied_to(args, sender, totals)
    refusal = _refusal(args, replied_to)
    if refusal is not None:
        return refusal

    mentioned = _mentioned(args)
    event = _event(args, sender, totals, mentioned)
    index = state.append_event(totals, event)
    state.save_totals(totals)

    also = mentioned if replied_to is None else list(dict.fromkeys([*mentioned, replied_to["m"]["s"]]))
    push.message(totals, sender, event, event_index=index, sender_name=args["sender_name"], also=also)
    return _success(index, event)


def _sent_before(sender: dict[str, Any], index: int) -> SendMessageResult:
    event = events.get(state.EVENTS, state.CHAT, index)
    assert event is not None, "a message id leads to no event"
    if event["m"]["s"] != sender["u"]:
        return {"InvalidRequest": "message_id is taken"}
    return _success(index, event)


def _replied_to(args: SendMessageArgs, sender: dict[str, Any], totals: dict[str, Any]) -> dict[str, Any] | None:
    reply = args["replies_to"]
    return None if reply is None else access.visible_message(sender, totals, reply["event_index"])


def _refusal(args: SendMessageArgs, replied_to: dict[str, Any] | None) -> Any:
    refusal = content.refusal(args["content"])
    if refusal is not None:
        return refusal
    problem = mentions.name_problem("sender_name", args["sender_name"])
    problem = problem or mentions.count_problem(len(args["mentioned"]))
    if problem is None and args["replies_to"] is not None and replied_to is None:
        problem = "replies_to names no message"
    return None if problem is None else {"InvalidRequest": problem}


def _mentioned(args: SendMessageArgs) -> list[bytes]:
    """The members mentioned, once each; names of others are just text."""
    user_ids = dict.fromkeys(user["user_id"].bytes for user in args["mentioned"])
    return [user_id for user_id in user_ids if members.is_member(user_id)]


def _event(
    args: SendMessageArgs, sender: dict[str, Any], totals: dict[str, Any], mentioned: list[bytes]
) -> dict[str, Any]:
    reply = args["replies_to"]
    event = stored.message_event(
        message_index=totals["messages"],
        message_id=args["message_id"],
        sender=sender["u"],
        content=args["content"],
        replies_to=None if reply is None else [reply["event_index"], None],
        forwarded=args["forwarding"],
        timestamp_ms=env.now_ms(),
        correlation_id=args["correlation_id"],
    )
    if mentioned:
        event["m"]["@"] = mentioned
    return event


def _success(index: int, event: dict[str, Any]) -> SendMessageResult:
    return {"Success": {"event_index": index, "message_index": event["m"]["n"], "timestamp": event["t"]}}
