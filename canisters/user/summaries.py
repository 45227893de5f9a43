"""What the list of chats shows, as Candid records; shared by `initial_state` and `updates`."""

from typing import Any

from kybra import Principal

from canisters.lib import outbox
from canisters.lib.chat import events, stored
from canisters.user import state
from canisters.user.api import DirectChatSummary, UserGroupSummary
from canisters.user.model import direct_chat


def direct_chats(since: int) -> list[DirectChatSummary]:
    """Summaries of the direct chats that changed after the stamp `since`."""
    principals: dict[bytes, Principal] = {}
    chats = ((number, state.load_chat(number)) for number in range(state.load_totals()["chats"]))
    return [direct_summary(number, chat, principals) for number, chat in chats if chat["updated"] > since]


def direct_summary(number: int, chat: dict[str, Any], principals: dict[bytes, Principal]) -> DirectChatSummary:
    latest_message = direct_chat.latest_message_index(chat)
    assert latest_message is not None, "a chat begins with a message"
    prefix = state.events_prefix(number)
    event_index = events.find_message_index(state.EVENTS, prefix, latest_message)
    assert event_index is not None, "a message index below the count is missing"
    event = events.load(state.EVENTS, prefix, [event_index])[0]
    return {
        "them": stored.principal(chat["them"], principals),
        "date_created": chat["created"],
        "latest_message": stored.to_candid(event, principals),
        "latest_event_index": chat["events"] - 1,
        "read_by_me_up_to": chat["read_me"],
        "read_by_them_up_to": chat["read_them"],
        "confirmed_up_to": chat["confirmed"],
        "delivery_failed": outbox.has_failed(chat["outbox"]),
        "last_updated": chat["updated"],
    }


def changed_groups(since: int) -> list[dict[str, Any]]:
    """Records of groups, also of those left, that changed after the stamp `since`."""
    groups = (state.load_group(number) for number in range(state.load_totals()["groups"]))
    return [group for group in groups if group["updated"] > since]


def group_summary(group: dict[str, Any]) -> UserGroupSummary:
    return {
        "chat_id": Principal(group["id"]),
        "date_joined": group["joined"],
        "read_by_me_up_to": group["read"],
        "last_updated": group["updated"],
    }


def blocked_users() -> list[Principal]:
    return [Principal(user_id) for user_id in state.load_blocked()["users"]]
