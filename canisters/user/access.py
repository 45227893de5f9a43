"""The one gate to a direct chat for reading: a chat there is, on a replica as new as the reader."""

from typing import Any, NamedTuple

from kybra import Principal

from canisters.user import peers, state


class OpenChat(NamedTuple):
    prefix: bytes
    events: int


def direct_chat(user_id: Principal, latest_client_event_index: int | None) -> dict[str, Any]:
    """`{"Ok": OpenChat}`, or `{"Err": case}` with the case of EventsResult to answer."""
    number = peers.get(user_id.bytes).chat_number
    if number is None:
        return {"Err": {"ChatNotFound": None}}
    count = state.load_chat(number)["events"]
    # A client that has seen a later event than we have talks to a replica that lags behind; it should ask again.
    if latest_client_event_index is not None and latest_client_event_index >= count:
        return {"Err": {"ReplicaNotUpToDate": count - 1}}
    return {"Ok": OpenChat(state.events_prefix(number), count)}
