"""A web page that counts: a query, an upgrade of it to an update, and a body that comes in parts."""

from kybra import (
    Alias,
    Func,
    Opt,
    Query,
    Record,
    StableBTreeMap,
    Tuple,
    Variant,
    Vec,
    blob,
    ic,
    nat,
    nat16,
    query,
    text,
    update,
)


class Token(Record):
    part: text


class StreamingCallbackHttpResponse(Record):
    body: blob
    token: Opt[Token]


Callback = Func(Query[[Token], StreamingCallbackHttpResponse])


class CallbackStrategy(Record):
    callback: Callback
    token: Token


class StreamingStrategy(Variant, total=False):
    Callback: CallbackStrategy


HeaderField = Alias[Tuple[text, text]]


class PageResponse(Record):
    status_code: nat16
    headers: Vec[HeaderField]
    body: blob
    streaming_strategy: Opt[StreamingStrategy]
    upgrade: Opt[bool]


class PageRequest(Record):
    method: text
    url: text
    headers: Vec[HeaderField]
    body: blob


COUNTERS = StableBTreeMap[text, nat](memory_id=0, max_key_size=20, max_value_size=100)


def counter() -> int:
    return COUNTERS.get("counter") or 0


def page(status: int, body: bytes, **others: object) -> PageResponse:
    response = {
        "status_code": status,
        "headers": [("content-type", "text/plain")],
        "body": body,
        "streaming_strategy": None,
        "upgrade": None,
    }
    response.update(others)
    return response


@query
def http_request(request: PageRequest) -> PageResponse:
    if request["method"] == "POST":
        return page(200, b"", upgrade=True)
    if request["method"] != "GET":
        return page(400, b"Invalid request")
    if request["url"] != "/stream":
        return page(200, f"Counter is {counter()} at {request['url']}".encode())
    callback = {"callback": (ic.id(), "http_streaming"), "token": {"part": "start"}}
    return page(200, b"Counter", streaming_strategy={"Callback": callback})


@update
def http_request_update(request: PageRequest) -> PageResponse:
    COUNTERS.insert("counter", counter() + 1)
    return page(201, f"Counter updated to {counter()} by {request['body'].decode()}".encode())


@query
def http_streaming(token: Token) -> StreamingCallbackHttpResponse:
    if token["part"] == "start":
        return {"body": b" is ", "token": {"part": "next"}}
    if token["part"] == "next":
        return {"body": str(counter()).encode(), "token": {"part": "last"}}
    if token["part"] == "last":
        return {"body": b" streaming", "token": None}
    ic.trap("unreachable")
