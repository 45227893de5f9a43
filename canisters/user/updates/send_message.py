"""Send a message to one person: stored here, answered, then taken to the recipient's canister.

The answer does not wait for the recipient. Sending again with the same message id is safe: it answers with what the
first time stored.
"""

from collections.abc import Generator
from typing import Any

from kybra import Async, Manual, Principal, ic, update

from canisters.lib import callers, env, outbox
from canisters.lib.chat import content, events, stored
from canisters.user import chats, jobs, peers, state
from canisters.user.api import SendMessageArgs, SendMessageResult
from canisters.user.guards import caller_is_owner
from canisters.user.model import direct_chat, sending
from canisters.user.peers import Peer

NAME_BYTES_MAX = 25


@update(guard=caller_is_owner)
def send_message(args: SendMessageArgs) -> Async[Manual[SendMessageResult]]:
    them = args["recipient"].bytes
    peer = peers.get(them)
    refused = refusal(args, them, peer)
    if refused is not None:
        ic.reply(refused)
        return None

    name = ""
    if peer.chat_number is None:
        found = yield from find_recipient(them)
        # Blocking and opening this chat may both have happened while we waited.
        peer = peers.get(them)
        refused = found.get("refused") or refusal(args, them, peer)
        if refused is not None:
            ic.reply(refused)
            return None
        name = found["username"]

    result, number, batch = store(args, peer.chat_number, them, name)
    ic.reply(result)

    if batch:
        yield from jobs.run(number, them, batch)
    return None


def refusal(args: SendMessageArgs, them: bytes, peer: Peer) -> Any:
    if peer.is_blocked:
        return {"RecipientBlocked": None}
    if them == env.canister_id_bytes():
        return {"InvalidRequest": "You cannot send messages to yourself"}
    if len(args["sender_name"]) > NAME_BYTES_MAX:
        return {"InvalidRequest": f"sender_name has more than {NAME_BYTES_MAX} characters"}
    return content.refusal(args["content"])


def find_recipient(them: bytes) -> Generator[Any, Any, dict[str, Any]]:
    """`{"username"}` of somebody we have no chat with, or `{"refused"}` with the case to answer."""
    looked_up = yield from callers.look_up(callers.USER, state.load_profile()["user_index"], them)
    if "Err" in looked_up:
        return {"refused": {"InternalError": looked_up["Err"]}}
    if looked_up["Ok"] is None:
        return {"refused": {"RecipientNotFound": None}}
    return {"username": looked_up["Ok"]["username"]}


def store(
    args: SendMessageArgs, number: int | None, them: bytes, name: str
) -> tuple[dict[str, Any], int, list[dict[str, Any]]]:
    """Add the message here and to the outbox: the result to answer, the chat's number, and the batch to send."""
    now_ms = env.now_ms()
    totals = state.load_totals()
    if number is not None:
        chat = state.load_chat(number)
        answered = earlier_answer(args, number) or reply_refusal(args, number)
        if answered is not None:
            return answered, number, []
    elif args["replies_to"] is not None and args["replies_to"]["chat_id_if_other"] is None:
        return {"InvalidRequest": "replies_to names an event that is not there"}, 0, []
    else:
        number, chat = chats.open_chat(them, name, totals, now_ms)

    event_index, message_index = direct_chat.add_message(chat)
    event = stored_event(args, message_index, now_ms)
    chats.append_message(number, chat, event, event_index, totals, now_ms)
    direct_chat.raise_mark(chat, "read_me", message_index)

    outbox.push(state.RECORDS, state.outbox_prefix(number), chat["outbox"], item(args, number, chat, event))
    totals["waiting"] += 1
    batch = jobs.begin(number, chat, totals, now_ms)
    state.save_chat(number, chat)
    state.save_totals(totals)
    return success(args["recipient"], event_index, message_index, now_ms), number, batch


def earlier_answer(args: SendMessageArgs, number: int) -> dict[str, Any] | None:
    """What to answer if this message id is in the chat already."""
    prefix = state.events_prefix(number)
    event_index = events.find_message_id(state.EVENTS, prefix, args["message_id"])
    if event_index is None:
        return None
    event = events.load(state.EVENTS, prefix, [event_index])[0]
    if event["m"]["s"] != env.canister_id_bytes():
        return {"InvalidRequest": "message_id is in use in this chat"}
    return success(args["recipient"], event_index, event["m"]["n"], event["t"])


def reply_refusal(args: SendMessageArgs, number: int) -> dict[str, Any] | None:
    reply = args["replies_to"]
    if reply is None or reply["chat_id_if_other"] is not None:
        return None
    event = events.get(state.EVENTS, state.events_prefix(number), reply["event_index"])
    if event is None or "m" not in event:
        return {"InvalidRequest": "replies_to names an event that is not there"}
    return None


def stored_event(args: SendMessageArgs, message_index: int, now_ms: int) -> dict[str, Any]:
    reply = args["replies_to"]
    other = None if reply is None else reply["chat_id_if_other"]
    return stored.message_event(
        message_index=message_index,
        message_id=args["message_id"],
        sender=env.canister_id_bytes(),
        content=args["content"],
        replies_to=None if reply is None else [reply["event_index"], None if other is None else other.bytes],
        forwarded=args["forwarding"],
        timestamp_ms=now_ms,
        correlation_id=args["correlation_id"],
    )


def item(args: SendMessageArgs, number: int, chat: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    message = event["m"]
    return sending.message_item(
        message_id=message["i"],
        sender_name=args["sender_name"],
        message_index=message["n"],
        body=message["x"],
        replies_to=reply_item(message.get("r"), number),
        forwarded=args["forwarding"],
        correlation_id=args["correlation_id"],
        read_up_to=chat["latest_theirs"],
        timestamp_ms=event["t"],
    )


def reply_item(reply: list[Any] | None, number: int) -> dict[str, Any] | None:
    if reply is None:
        return None
    event_index, chat_id = reply
    if chat_id is not None:
        return {"chat_id": chat_id, "event_index": event_index}
    replied = events.load(state.EVENTS, state.events_prefix(number), [event_index])[0]
    return {"message_id": replied["m"]["i"]}


def success(recipient: Principal, event_index: int, message_index: int, timestamp_ms: int) -> dict[str, Any]:
    return {
        "Success": {
            "chat_id": recipient,
            "event_index": event_index,
            "message_index": message_index,
            "timestamp": timestamp_ms,
        }
    }
