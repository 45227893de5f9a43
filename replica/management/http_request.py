"""HTTP outcalls: what a canister may ask for, and what it pays. Interface spec, "IC method http_request".

Everything is decided here before anything is sent: limits, destination, transform and price. The request then waits in
routing for the shell; the answer comes in a later round.

NOT LIKE THE IC: one machine performs the request, so a server sees it once and answers need not agree; `http` is served
beside `https`; and only hosts that the operator allows can be reached, none unless told. Redirects are not followed, as
there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv6Address
from typing import Any, Final

from replica.management.host import Args, Host, ManagementCall
from replica.principal import Principal
from replica.reject import Reject, RejectCode
from replica.routing.outcall import Destination, Header, HttpRequest, Transform, default_port
from replica.state.consumption import HTTP_OUTCALLS

URL_BYTES_MAX: Final = 8_192
HEADERS_MAX: Final = 64
HEADER_PART_BYTES_MAX: Final = 8 * 1024
HEADERS_BYTES_MAX: Final = 48 * 1024
REQUEST_BYTES_MAX: Final = 2_000_000
RESPONSE_BYTES_MAX: Final = 2_000_000

_NODES: Final = 13
_BASE_PRICE: Final = (3_000_000 + 60_000 * _NODES) * _NODES
_REQUEST_BYTE: Final = 400 * _NODES
_RESPONSE_BYTE: Final = 800 * _NODES

_REPLICATED_METHODS: Final = ("get", "head", "post")
_URL: Final = re.compile(
    r"(https?)://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?((?:[/?][!-~]*)?)", re.IGNORECASE | re.ASCII
)
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
# RFC 9110 §5.5, without what is not ASCII.
_HEADER_VALUE: Final = re.compile(r"[\t -~]*", re.ASCII)
# How the message is framed is the shell's business: two opinions about it are how requests are smuggled.
_FRAMING: Final = frozenset({"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})


def price(request_bytes: int, max_response_bytes: int) -> int:
    """In cycles, as on a subnet of 13 nodes."""
    return _BASE_PRICE + _REQUEST_BYTE * request_bytes + _RESPONSE_BYTE * max_response_bytes


def http_request(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    _check_limits(args)
    (method,) = args["method"]
    if method not in _REPLICATED_METHODS and args["is_replicated"] is not False:
        raise _refused("The requested HTTP method is only allowed for non-replicated requests.")
    transform = _transform(call, args["transform"])
    destination = _destination(args["url"])
    headers = _headers(args["headers"], destination, args["body"] or b"")
    if not host.allows_outcall(destination):
        raise _refused(_not_allowed(destination))
    cost = price(_size_of(args), _max_response_bytes(args))
    if call.cycles_available < cost:
        text = f"http_request request sent with {call.cycles_available} cycles, but {cost} cycles are required."
        raise _refused(text)
    host.check_outcall_capacity()
    call.accept(cost)
    _note_burnt(host, call, cost)
    call.is_deferred = True
    request = HttpRequest(destination, method.upper(), headers, bytes(args["body"] or b""), _max_response_bytes(args))
    call.after_commit.append(lambda: host.begin_outcall(call, request, transform))
    return ()


def _note_burnt(host: Host, call: ManagementCall, cost: int) -> None:
    caller = host.state.canisters.get(call.caller)
    if caller is not None:
        host.state.canisters.touch(caller)
        host.state.note_burnt(caller, HTTP_OUTCALLS, cost)
    else:
        host.state.subnet.cycles_burnt += cost  # it was deleted while its call was on the way


def _refused(text: str) -> Reject:
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0406")


def _not_allowed(destination: Destination) -> str:
    where = destination.authority
    todo = f"to allow it, start the replica with --allow-outcalls {where}"
    return f"The operator of this replica does not let canisters call {where}; {todo}"


# -- Limits ------------------------------------------------------------------------------------------------------------


def _max_response_bytes(args: Args) -> int:
    given: int | None = args["max_response_bytes"]
    return RESPONSE_BYTES_MAX if given is None else given


def _check_limits(args: Args) -> None:
    """In the order and with the words of the Internet Computer."""
    if _max_response_bytes(args) > RESPONSE_BYTES_MAX:
        given = _max_response_bytes(args)
        raise _refused(f"max_response_bytes expected to be in the range [0..{RESPONSE_BYTES_MAX}], got {given}")
    url_bytes = len(args["url"].encode())
    if url_bytes > URL_BYTES_MAX:
        raise _refused(f"url size {url_bytes} exceeds {URL_BYTES_MAX}")
    total = _check_header_limits(args["headers"]) + len(args["body"] or b"")
    context_bytes = 0 if args["transform"] is None else len(args["transform"]["context"])
    if context_bytes > REQUEST_BYTES_MAX:
        raise _refused(f"transform context of {context_bytes} bytes exceeds {REQUEST_BYTES_MAX}")
    if total > REQUEST_BYTES_MAX:
        what = "total number of bytes to represent all http header names and values and http body"
        raise _refused(f"{what} {total} exceeds {REQUEST_BYTES_MAX}")


def _check_header_limits(headers: Sequence[Mapping[str, str]]) -> int:
    """Their total size in bytes."""
    if len(headers) > HEADERS_MAX:
        raise _refused(f"number of all http headers {len(headers)} exceeds {HEADERS_MAX}")
    total = 0
    for header in headers:
        for part in ("name", "value"):
            size = len(header[part].encode())
            if size > HEADER_PART_BYTES_MAX:
                what = f"number of bytes to represent some http header {part}"
                raise _refused(f"{what} {size} exceeds {HEADER_PART_BYTES_MAX}")
            total += size
    if total > HEADERS_BYTES_MAX:
        what = "total number of bytes to represent all http header names and values"
        raise _refused(f"{what} {total} exceeds {HEADERS_BYTES_MAX}")
    return total


def _size_of(args: Args) -> int:
    """What of a request is paid for by the byte."""
    size = len(args["url"].encode()) + _check_header_limits(args["headers"]) + len(args["body"] or b"")
    if args["transform"] is not None:
        size += len(args["transform"]["function"][1].encode()) + len(args["transform"]["context"])
    return size


# -- Parts of a request ------------------------------------------------------------------------------------------------


def _transform(call: ManagementCall, given: Mapping[str, Any] | None) -> Transform | None:
    if given is None:
        return None
    canister_id, method = given["function"]
    if canister_id != call.caller:
        raise _refused(f"transform principal id expected to be {call.caller}, got {Principal(canister_id)}")
    return Transform(method, bytes(given["context"]))


def _destination(url: str) -> Destination:
    """A URL is read strictly, so that what was checked is what is called: ASCII, no user, no fragment, no spaces."""
    match = _URL.fullmatch(url)
    if match is None or "#" in url:
        raise Reject(RejectCode.SYS_FATAL, "Failed to parse URL: write http(s)://host[:port]/path?query in ASCII")
    scheme, host = match[1].lower(), match[2].lower()
    if host.startswith("["):
        host = _address(host[1:-1])
    port = default_port(scheme) if match[3] is None else int(match[3])
    if not 0 < port < 65_536:
        raise Reject(RejectCode.SYS_FATAL, f"Failed to parse URL: there is no port {port}")
    target = match[4] if match[4].startswith("/") else f"/{match[4]}"
    return Destination(scheme, host, port, target)


def _address(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except ValueError as error:
        raise Reject(RejectCode.SYS_FATAL, f"Failed to parse URL: {error}") from error


def _headers(given: Sequence[Mapping[str, str]], destination: Destination, body: bytes) -> tuple[Header, ...]:
    headers = tuple((header["name"], header["value"]) for header in given)
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise _refused(f"the http header {name[:100]!r} has characters that headers cannot have")
        _check_framing(name.lower(), value.strip(), destination, body)
    return headers


def _check_framing(name: str, value: str, destination: Destination, body: bytes) -> None:
    """Headers that say something else than the request is would reach a server other than the one allowed."""
    if name in _FRAMING:
        raise _refused(f"the http header {name!r} is not for canisters to set")
    if name == "host" and value.lower() != destination.authority:
        raise _refused(f"the http header 'host' must be {destination.authority!r}, as in the URL")
    if name == "content-length" and value != str(len(body)):
        raise _refused(f"the http header 'content-length' must be {len(body)}, the size of the body")
