"""A page of events from one index on, forwards or backwards, as far as the caller may see."""

from kybra import query

from canisters.group import access, state
from canisters.group.api import EventsArgs, EventsResult
from canisters.lib.chat import events as chat_events
from canisters.lib.chat import stored


@query
def events(args: EventsArgs) -> EventsResult:
    member = access.caller()
    if member is None:
        return {"CallerNotInGroup": None}
    count = state.load_totals()["events"]
    if not access.is_up_to_date(count, args["latest_client_event_index"]):
        return {"ReplicaNotUpToDate": count - 1}
    page = chat_events.page(
        state.EVENTS,
        state.CHAT,
        start=args["start_index"],
        ascending=args["ascending"],
        events_max=args["max_events"],
        count=count,
        first=member["e"],
    )
    return {"Success": stored.page_to_candid(page, count - 1)}
