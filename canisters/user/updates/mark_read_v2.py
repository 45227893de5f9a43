"""Mark chats as read up to a message. Direct chats tell the other person, groups keep it to the reader.

Marks only move forward; chats that are not there are passed over.
"""

from typing import Any

from kybra import Async, Manual, ic, update

from canisters.lib import env, outbox
from canisters.lib.chat import events
from canisters.user import jobs, peers, state
from canisters.user.api import MarkReadArgs, MarkReadResult
from canisters.user.guards import caller_is_owner
from canisters.user.model import direct_chat, sending


@update(guard=caller_is_owner)
def mark_read_v2(args: MarkReadArgs) -> Async[Manual[MarkReadResult]]:
    chats_to_tell = mark_all(args)
    ic.reply({"Success": None})

    for number in chats_to_tell:
        yield from jobs.deliver(number)
    return None


def mark_all(args: MarkReadArgs) -> list[int]:
    """Raise the marks; returns the direct chats whose outbox has news."""
    now_ms = env.now_ms()
    totals = state.load_totals()
    chats_to_tell = []
    for read in args["messages_read"]:
        chat_id = read["chat_id"].bytes
        number = peers.get(chat_id).chat_number
        if number is None:
            mark_group(chat_id, read["read_up_to"], totals, now_ms)
        elif mark_direct(number, read["read_up_to"], totals, now_ms):
            chats_to_tell.append(number)
    state.save_totals(totals)
    return chats_to_tell


def mark_direct(number: int, read_up_to: int, totals: dict[str, Any], now_ms: int) -> bool:
    """True if there is something to tell the other person."""
    chat = state.load_chat(number)
    latest = direct_chat.latest_message_index(chat)
    if latest is None or not direct_chat.raise_mark(chat, "read_me", min(read_up_to, latest)):
        return False
    chat["updated"] = state.touch(totals, now_ms)
    theirs = number_of_sender(number, chat["read_me"])
    if theirs is not None:
        item = sending.mark_read_item(theirs)
        outbox.push(state.RECORDS, state.outbox_prefix(number), chat["outbox"], item)
        totals["waiting"] += 1
    state.save_chat(number, chat)
    return theirs is not None


def number_of_sender(number: int, message_index: int) -> int | None:
    """The number that the sender's own canister gave to this message; None for my own messages."""
    prefix = state.events_prefix(number)
    event_index = events.find_message_index(state.EVENTS, prefix, message_index)
    assert event_index is not None, "a message index below the count is missing"
    return events.load(state.EVENTS, prefix, [event_index])[0]["m"].get("p")


def mark_group(group_id: bytes, read_up_to: int, totals: dict[str, Any], now_ms: int) -> None:
    number = state.find_group(group_id)
    if number is None:
        return
    group = state.load_group(number)
    if group["is_member"] and (group["read"] is None or group["read"] < read_up_to):
        group["read"] = read_up_to
        group["updated"] = state.touch(totals, now_ms)
        state.save_group(number, group)
