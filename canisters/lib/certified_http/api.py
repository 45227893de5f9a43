"""Candid types of `http_request` for canisters that answer with whole bodies (`canisters/website` also streams)."""

from kybra import Opt, Record, Tuple, Vec, blob, nat16, text

HeaderField = Tuple[text, text]


class HttpRequest(Record):
    method: text
    url: text
    headers: Vec[HeaderField]
    body: blob
    certificate_version: Opt[nat16]


class HttpResponse(Record):
    status_code: nat16
    headers: Vec[HeaderField]
    body: blob
