"""A page of a direct chat, from an event index upwards or downwards."""

from kybra import query

from canisters.lib.chat import events as chat_events
from canisters.lib.chat import stored
from canisters.user import access, state
from canisters.user.api import EventsArgs, EventsResult
from canisters.user.guards import caller_is_owner


@query(guard=caller_is_owner)
def events(args: EventsArgs) -> EventsResult:
    chat = access.direct_chat(args["user_id"], args["latest_client_event_index"])
    if "Err" in chat:
        return chat["Err"]

    page = chat_events.page(
        state.EVENTS,
        chat["Ok"].prefix,
        start=args["start_index"],
        ascending=args["ascending"],
        events_max=args["max_events"],
        count=chat["Ok"].events,
    )
    return {"Success": stored.page_to_candid(page, chat["Ok"].events - 1)}
