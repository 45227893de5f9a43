"""A canister that certifies its pages, written from the gateway specification alone, to test the gateway against.

It shares the hash tree with the replica and nothing else: headers, expressions and hashes are spelled out here.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2

from canisters.lib.certified_http.paths import segments_of_url
from replica.candid.codec import decode, encode
from replica.candid.types import BLOB, Field, Func, Opt, Prim, Record, Variant, Vec, field_id
from replica.certification.label_tree import LabelTree
from replica.principal import Principal
from tests.fixtures.scripted_engine import Ic

CERTIFY_CONTENT_TYPE = (
    "default_certification(ValidationArgs{certification:Certification{no_request_certification:Empty{},"
    'response_certification:ResponseCertification{certified_response_headers:ResponseHeaderList{headers:["content-type"]}}}})'
)
SKIP = "default_certification(ValidationArgs{no_certification:Empty{}})"


def record(**fields: Any) -> Record:
    return Record(tuple(Field(field_id(name), name, kind) for name, kind in fields.items()))


TEXT = Prim("text")
HEADERS = Vec(Record((Field(0, None, TEXT), Field(1, None, TEXT))))
REQUEST = record(method=TEXT, url=TEXT, headers=HEADERS, body=BLOB, certificate_version=Opt(Prim("nat16")))
TOKEN = record(key=TEXT, index=Prim("nat"))
CHUNK = record(body=BLOB, token=Opt(TOKEN))
STRATEGY = Variant(
    (
        Field(
            field_id("Callback"),
            "Callback",
            record(callback=Func((TOKEN,), (Opt(CHUNK),), ("query",)), token=TOKEN),
        ),
    )
)
RESPONSE = record(
    status_code=Prim("nat16"),
    headers=HEADERS,
    body=BLOB,
    upgrade=Opt(Prim("bool")),
    streaming_strategy=Opt(STRATEGY),
)


@dataclass(frozen=True)
class Page:
    path: tuple[str, ...]
    """Of the tree, with `<$>` or `<*>` at its end."""
    body: bytes
    status: int = 200
    content_type: str = "text/plain"
    expression: str = CERTIFY_CONTENT_TYPE
    more_headers: tuple[tuple[str, str], ...] = ()

    @property
    def labels(self) -> tuple[bytes, ...]:
        expression_hash = sha256(self.expression.encode()).digest()
        if self.expression == SKIP:
            return (*(segment.encode() for segment in self.path), expression_hash)
        return (*(segment.encode() for segment in self.path), expression_hash, b"", self._response_hash())

    def _response_hash(self) -> bytes:
        pairs = [
            _pair("content-type", self.content_type.encode()),
            _pair("ic-certificateexpression", self.expression.encode()),
            _pair(":ic-cert-status", _leb(self.status)),
        ]
        return sha256(sha256(b"".join(sorted(pairs))).digest() + sha256(self.body).digest()).digest()


@dataclass
class Site:
    """What the canister serves; tests spoil one thing at a time."""

    pages: list[Page]
    chunk_bytes: int | None = None
    change: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    callback_canister: Principal | None = None

    def tree(self) -> LabelTree:
        tree = LabelTree()
        for page in self.pages:
            tree.set((b"http_expr", *page.labels), b"")
        return tree

    def certify(self, ic: Ic, arg: bytes) -> None:
        """As `init`."""
        ic.set_certified_data(self.tree().root_hash())

    def http_request(self, ic: Ic, arg: bytes) -> None:
        (request,) = decode([REQUEST], arg)
        self.asked.append(request)
        page = self._find(request["url"])
        headers = [
            ("Content-Type", page.content_type),
            ("IC-CertificateExpression", page.expression),
            ("IC-Certificate", self._certificate_header(ic, page, request["url"])),
            *page.more_headers,
        ]
        response = {"status_code": page.status, "headers": headers, "upgrade": None, **self._body(ic, page)}
        ic.reply(encode([RESPONSE], [response | self.change]))

    def http_request_update(self, ic: Ic, arg: bytes) -> None:
        response = {"status_code": 200, "headers": [], "body": b"updated", "upgrade": None, "streaming_strategy": None}
        ic.reply(encode([RESPONSE], [response]))

    def stream(self, ic: Ic, arg: bytes) -> None:
        (token,) = decode([TOKEN], arg)
        page = self._find(token["key"])
        start = token["index"] * self.chunk_bytes
        chunk = {"body": page.body[start : start + self.chunk_bytes], "token": None}
        if start + self.chunk_bytes < len(page.body):
            chunk["token"] = {"key": token["key"], "index": token["index"] + 1}
        ic.reply(encode([Opt(CHUNK)], [chunk]))

    def _find(self, url: str) -> Page:
        segments = tuple(segments_of_url(url))
        exact = [page for page in self.pages if page.path == (*segments, "<$>")]
        fallback = [page for page in self.pages if page.path == ("<*>",)]
        return (exact or fallback)[0]

    def _body(self, ic: Ic, page: Page) -> dict[str, Any]:
        if self.chunk_bytes is None or len(page.body) <= self.chunk_bytes:
            return {"body": page.body, "streaming_strategy": None}
        canister = self.callback_canister or Principal(ic.canister_id)
        token = {"key": "/" + "/".join(page.path[:-1]), "index": 1}
        strategy = {"Callback": {"callback": (canister, "stream"), "token": token}}
        return {"body": page.body[: self.chunk_bytes], "streaming_strategy": strategy}

    def _certificate_header(self, ic: Ic, page: Page, url: str) -> str:
        segments = [segment.encode() for segment in segments_of_url(url)]
        candidates = [(*segments, b"<$>")] + [(*segments[:n], b"<*>") for n in range(len(segments), -1, -1)]
        paths = [page.labels, *candidates[: candidates.index(tuple(s.encode() for s in page.path))]]
        witness = self.tree().witness_cbor([(b"http_expr", *path) for path in paths])
        expression_path = cbor2.dumps(["http_expr", *page.path])
        parts = {"certificate": ic.data_certificate(), "tree": witness, "expr_path": expression_path}
        encoded = ", ".join(f"{name}=:{base64.b64encode(data).decode()}:" for name, data in parts.items())
        return f"{encoded}, version=2"


def _pair(name: str, value: bytes) -> bytes:
    return sha256(name.encode()).digest() + sha256(value).digest()


def _leb(number: int) -> bytes:
    return bytes([number & 0x7F | 0x80, number >> 7]) if number > 0x7F else bytes([number])
