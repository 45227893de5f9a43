"""A canister whose pages are certified not to be certified: verifiers skip them. It says who came by which way.

The whole tree is one entry for every path, http_expr/<*>/H(expression). HTTP gateway specification, "Skipping".
"""

from base64 import b64encode
from hashlib import sha256

from kybra import Opt, Record, Tuple, Vec, blob, ic, init, nat16, query, text, void

EXPRESSION = "default_certification(ValidationArgs{no_certification:Empty{}})"
_PATH = [b"http_expr", b"<*>", sha256(EXPRESSION.encode()).digest()]
_EXPRESSION_PATH = b"\xd9\xd9\xf7\x82\x69http_expr\x63<*>"


class HttpRequest(Record):
    method: text
    url: text
    headers: Vec[Tuple[text, text]]
    body: blob
    certificate_version: Opt[nat16]


class HttpResponse(Record):
    status_code: nat16
    headers: Vec[Tuple[text, text]]
    body: blob


@init
def begin() -> void:
    below = sha256(b"\x10ic-hashtree-leaf").digest()
    for label in reversed(_PATH):
        below = sha256(b"\x13ic-hashtree-labeled" + label + below).digest()
    ic.set_certified_data(below)


@query
def http_request(request: HttpRequest) -> HttpResponse:
    certificate = ic.data_certificate() or b""
    parts = [
        "certificate=:" + b64encode(certificate).decode() + ":",
        "tree=:" + b64encode(_tree()).decode() + ":",
        "expr_path=:" + b64encode(_EXPRESSION_PATH).decode() + ":",
        "version=2",
    ]
    return {
        "status_code": 200,
        "headers": [("IC-CertificateExpression", EXPRESSION), ("IC-Certificate", ", ".join(parts))],
        "body": ("You asked for " + request["url"]).encode(),
    }


def _tree() -> bytes:
    out = b"\xd9\xd9\xf7"
    for label in _PATH:
        size = bytes([0x40 | len(label)]) if len(label) < 24 else bytes([0x58, len(label)])
        out += b"\x83\x02" + size + label
    return out + b"\x82\x03\x40"
