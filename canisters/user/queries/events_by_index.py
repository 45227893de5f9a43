"""Events of a direct chat by their indexes, in the order asked; those that do not exist are left out."""

from kybra import query

from canisters.lib.chat import events as chat_events
from canisters.lib.chat import stored
from canisters.user import access, state
from canisters.user.api import EventsByIndexArgs, EventsResult
from canisters.user.guards import caller_is_owner


@query(guard=caller_is_owner)
def events_by_index(args: EventsByIndexArgs) -> EventsResult:
    chat = access.direct_chat(args["user_id"], args["latest_client_event_index"])
    if "Err" in chat:
        return chat["Err"]

    page = chat_events.by_indexes(state.EVENTS, chat["Ok"].prefix, args["events"], count=chat["Ok"].events)
    return {"Success": stored.page_to_candid(page, chat["Ok"].events - 1)}
