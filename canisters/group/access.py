"""The gates: who is asking, and what they may touch. A stranger learns nothing that "there is none" would not say."""

from typing import Any

from canisters.group import members, state
from canisters.lib import env
from canisters.lib.chat import events


def caller() -> dict[str, Any] | None:
    """The record of the member who calls, or None."""
    return members.find_by_principal(env.caller_bytes())


def visible_message(member: dict[str, Any], totals: dict[str, Any], event_index: int) -> dict[str, Any] | None:
    """The message event with this index; None if the member may not see it, it is no message, or there is none."""
    if not member["e"] <= event_index < totals["events"]:
        return None
    event = events.get(state.EVENTS, state.CHAT, event_index)
    return event if event is not None and "m" in event else None


def is_up_to_date(event_count: int, latest_client_event_index: int | None) -> bool:
    """Whether we know everything the caller knows: a replica that lags behind must not answer."""
    return latest_client_event_index is None or latest_client_event_index < event_count
