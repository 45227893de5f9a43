"""The next part of a body that was too large for one answer. The verifier checks the whole against the first."""

from kybra import Opt, query

from canisters.website import state, streaming
from canisters.website.api import StreamingCallbackHttpResponse, StreamingToken


@query
def http_request_streaming_callback(token: StreamingToken) -> Opt[StreamingCallbackHttpResponse]:
    record = state.record(token["key"])
    details = None if record is None else record["e"].get(token["content_encoding"])
    # A file that was replaced in the middle of a download must not end as a mixture of both.
    if details is None or details["h"] != token["sha256"]:
        return None
    return {
        "body": streaming.body(details, token["index"]),
        "token": streaming.next_token(token["key"], token["content_encoding"], details, token["index"]),
    }
