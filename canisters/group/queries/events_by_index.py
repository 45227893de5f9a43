"""The events with the given indexes. One that the caller may not see is left out like one that does not exist."""

from kybra import query

from canisters.group import access, state
from canisters.group.api import EventsByIndexArgs, EventsResult
from canisters.lib.chat import events as chat_events
from canisters.lib.chat import stored


@query
def events_by_index(args: EventsByIndexArgs) -> EventsResult:
    member = access.caller()
    if member is None:
        return {"CallerNotInGroup": None}
    count = state.load_totals()["events"]
    if not access.is_up_to_date(count, args["latest_client_event_index"]):
        return {"ReplicaNotUpToDate": count - 1}
    found = chat_events.by_indexes(state.EVENTS, state.CHAT, args["events"], count=count, first=member["e"])
    return {"Success": stored.page_to_candid(found, count - 1)}
