"""HTTP requests to servers outside, typed and raw, with a transform."""

from kybra import Async, Manual, Principal, Record, blob, ic, match, nat64, query, text, update
from kybra.canisters.management import HttpResponse, HttpTransformArgs, management_canister

CYCLES = 500_000_000


class Answer(Record):
    response: HttpResponse
    refunded: nat64


@update
def get(url: text) -> Async[Answer]:
    result = yield management_canister.http_request(
        {
            "url": url,
            "max_response_bytes": 2_000,
            "method": {"get": None},
            "headers": [{"name": "accept", "value": "application/json"}],
            "body": None,
            "transform": {"function": (ic.id(), "without_headers"), "context": b"context"},
        }
    ).with_cycles(CYCLES)
    response = match(result, {"Ok": lambda ok: ok, "Err": lambda err: ic.trap(err)})
    return {"response": response, "refunded": ic.msg_cycles_refunded()}


@update
def post(url: text, body: blob) -> Async[HttpResponse]:
    result = yield management_canister.http_request(
        {
            "url": url,
            "max_response_bytes": 2_000,
            "method": {"post": None},
            "headers": [],
            "body": body,
            "transform": None,
        }
    ).with_cycles(CYCLES)
    return match(result, {"Ok": lambda ok: ok, "Err": lambda err: ic.trap(err)})


@update
def get_raw(url: text) -> Async[Manual[HttpResponse]]:
    argument = ic.candid_encode(
        f"""(record {{
            url = "{url}";
            max_response_bytes = opt (2_000 : nat64);
            method = variant {{ get }};
            headers = vec {{}};
            body = null;
            transform = opt record {{
                function = func "{ic.id()}".without_headers;
                context = blob "never seen: text cannot say the type of a function";
            }};
        }})"""
    )
    result = yield ic.call_raw(Principal.from_str("aaaaa-aa"), "http_request", argument, CYCLES)
    if result.Err is not None:
        ic.reject(result.Err)
    else:
        ic.reply_raw(result.Ok)


@update
def get_for_free(url: text) -> Async[text]:
    result = yield management_canister.http_request(
        {
            "url": url,
            "max_response_bytes": None,
            "method": {"get": None},
            "headers": [],
            "body": None,
            "transform": None,
        }
    )
    return result.Err


@query
def without_headers(args: HttpTransformArgs) -> HttpResponse:
    """Says who called and with which context, in place of the headers that differ between servers."""
    headers = [{"name": "caller", "value": ic.caller().to_str()}]
    headers.append({"name": "context", "value": args["context"].decode()})
    return {"status": args["response"]["status"], "headers": headers, "body": args["response"]["body"]}
