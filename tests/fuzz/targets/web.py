"""What browsers send to the gateway, and what canisters answer it: both may be hostile to the other."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any, Final

import cbor2

from replica.candid.types import CandidError
from replica.certification.certificate import make_certificate
from replica.certification.hash_tree import Fork, Labeled, Leaf, root_hash, to_cbor
from replica.certification.representation import leb128
from replica.http.gateway.expression import ExpressionError, parse_expression
from replica.http.gateway.host import find_target
from replica.http.gateway.interface import CanisterResponse, Stream, decode_chunk, decode_response
from replica.http.gateway.verification import VerificationError, path_segments, verify_response
from replica.http.messages import HttpError, Request
from replica.principal import Principal
from tests.fuzz.target import Target
from tests.fuzz.targets.candid import BOMBS, interface
from tests.replica.http.test_verification import FULL, RESPONSE_ONLY, SKIP
from tests.replica.ingress.identities import CANISTER, NOW_NS, ROOT_KEY

_HOST: Final = CANISTER.text.encode()
_PATH: Final = cbor2.dumps(["http_expr", "<*>"])


def _request(path: str = "/", query: str = "", **headers: bytes) -> Request:
    return Request("GET", path, query, tuple((name.encode(), value) for name, value in headers.items()), b"")


def _find(data: bytes) -> object:
    """Host, query and referrer, on three lines."""
    host, query, referer = [*data.split(b"\n", 2), b"", b""][:3]
    request = _request("/", query.decode("latin-1"), host=host, referer=referer)
    return find_target(request), request.parameter("canisterId"), request.url


def _response(certificate: bytes, expression: str) -> CanisterResponse:
    headers = (("IC-Certificate", certificate.decode("latin-1")), ("IC-CertificateExpression", expression))
    return CanisterResponse(status=200, headers=headers, body=b"hello", wants_upgrade=False, stream=None)


def _verify(data: bytes) -> object:
    """The certificate header, the expression and the path of the request, on three lines."""
    certificate, expression, path = [*data.split(b"\n", 2), b"", b""][:3]
    response = _response(certificate, expression.decode("latin-1"))
    request = _request(path.decode("latin-1"))
    return verify_response(request, response, CANISTER, root_key_der=ROOT_KEY.public_key_der, now_ns=NOW_NS)


def _header() -> bytes:
    tree = Labeled(b"http_expr", Labeled(b"<*>", Labeled(sha256(SKIP.encode()).digest(), Leaf(b""))))
    certified = Labeled(b"canister", Labeled(CANISTER, Labeled(b"certified_data", Leaf(root_hash(tree)))))
    certificate = make_certificate(Fork(certified, Labeled(b"time", Leaf(leb128(NOW_NS)))), ROOT_KEY)
    parts: dict[str, bytes] = {
        "certificate": certificate,
        "tree": to_cbor(tree),
        "expr_path": cbor2.dumps(["http_expr", "<*>"]),
    }
    fields = [f"{name}=:{b64encode(value).decode()}:" for name, value in parts.items()]
    return ", ".join([*fields, "version=2"]).encode()


def _answer(**changes: object) -> bytes:
    fields: dict[str, Any] = {"status_code": 200, "headers": [("a", "b")], "body": b"hello"}
    return interface("user").encode_results("http_request", {**fields, **changes})


WEB: Final = (
    Target(
        "host, query and referrer",
        _find,
        (HttpError,),
        (
            _HOST + b".localhost:8080\ncanisterId=" + _HOST + b"\nhttp://" + _HOST + b".localhost/?canisterId=" + _HOST,
            b"localhost:8080\na=b&canisterId=%61aaaa-aa\nhttp://[::1]:8080/#x",
            b"name--" + _HOST + b".raw.localhost",
        ),
        (b"." * 100_000, b"a.\n" + b"&" * 60_000, b"\n" + b"canisterId=x&" * 5_000, b"\n\nhttp://[" + b":" * 60_000),
    ),
    Target(
        "path",
        lambda data: path_segments(data.decode("latin-1")),
        (),
        (b"/", b"/a/b%20c/%e4%bd%a0/../d", b"/a//b/?x#y"),
        (b"/" * 60_000, b"%" * 60_000, b"/%ff" * 16_000),
    ),
    Target(
        "certificate expression",
        lambda data: parse_expression(data.decode("latin-1")),
        (ExpressionError,),
        (FULL.encode(), RESPONSE_ONLY.encode(), SKIP.encode()),
        (
            b"default_certification(ValidationArgs{" + b" " * 200_000,
            FULL.replace('"accept"', '"a",' * 50_000).encode(),
            FULL.replace('"accept"', '"' + "\\" * 100_000).encode(),
            b"default_certification(" * 10_000,
            FULL.replace(" ", " " * 50_000).replace(":", " : " * 100).encode(),
        ),
    ),
    Target(
        "certified response",
        _verify,
        (VerificationError,),
        (_header() + b"\n" + SKIP.encode() + b"\n/", _header() + b"\n" + SKIP.encode() + b"\n/a/b"),
        (
            _header() + b"\n" + SKIP.encode() + b"\n" + b"/a" * 4_000,
            b"certificate=:" + b"A" * 400_000 + b":, tree=:" + b"A" * 400_000 + b":, version=2, expr_path=:gA==:",
            b"certificate=:" * 20_000,
            b", " * 200_000,
        ),
    ),
    Target("answer of http_request", decode_response, (CandidError,), (_answer(), _answer(status_code=404)), BOMBS),
    Target(
        "chunk of a stream",
        lambda data: decode_chunk(data, Stream(Principal(CANISTER), "next", b"")),
        (CandidError,),
        (_answer(),),
        BOMBS,
    ),
)
