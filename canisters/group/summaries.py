"""What the chat list shows of this group, for one member or for anyone. A few point look-ups, whatever the size."""

from typing import Any

from canisters.group import state
from canisters.group.api import GroupSummary, PublicGroupSummary
from canisters.lib import env
from canisters.lib.chat import events, stored


def for_member(member: dict[str, Any], totals: dict[str, Any]) -> GroupSummary:
    info = state.load_info()
    message = _latest_message(totals, first_visible=member["e"])
    return {
        "chat_id": env.canister_id(),
        "last_updated": totals["updated"],
        "name": info["name"],
        "description": info["description"],
        "is_public": info["is_public"],
        "history_visible_to_new_joiners": info["history"],
        "min_visible_event_index": member["e"],
        "min_visible_message_index": member["m"],
        "latest_message": message,
        "latest_event_index": totals["events"] - 1,
        "latest_message_index": None if message is None else totals["messages"] - 1,
        "joined": member["d"],
        "participant_count": totals["members"],
        "role": role(member),
        "notifications_muted": "s" not in member,
    }


def for_anyone() -> PublicGroupSummary:
    info = state.load_info()
    totals = state.load_totals()
    return {
        "chat_id": env.canister_id(),
        "name": info["name"],
        "description": info["description"],
        "participant_count": totals["members"],
        "latest_message": _latest_message(totals, first_visible=0),
    }


def role(member: dict[str, Any]) -> Any:
    """The Role of a member."""
    return {member["r"]: None}


def _latest_message(totals: dict[str, Any], *, first_visible: int) -> Any:
    index = totals["latest"]
    if index is None or index < first_visible:
        return None
    event = events.get(state.EVENTS, state.CHAT, index)
    assert event is not None, "the newest message is missing"
    return stored.to_candid(event, {})
