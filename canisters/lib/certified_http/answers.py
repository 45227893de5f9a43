"""Which answers an asset has, and which of them a request gets.

An asset is one file in one or more encodings. For each encoding it can be answered in two ways: 200 with the bytes,
or 304 when the request names their entity tag. All of these are certified together, under one expression that lists
every header any of them carries.
"""

from hashlib import sha256
from typing import NamedTuple

from canisters.lib.certified_http.responses import (
    Entry,
    Header,
    certified_headers_expression,
    expression_digest,
    response_digest,
)

IDENTITY = "identity"
NO_BODY_SHA256 = sha256(b"").digest()

# Best first; what a browser accepts on a plain loopback connection is gzip.
_ENCODINGS_BY_PREFERENCE = ["br", "gzip", "deflate", IDENTITY]


class Asset(NamedTuple):
    """A file to serve: `encodings` maps a content encoding to the hash of the bytes in that encoding."""

    content_type: str
    headers: tuple[Header, ...]
    encodings: dict[str, bytes]
    status: int = 200


class Answer(NamedTuple):
    """A response without its body: the body is the asset in `encoding`, or empty when that is None."""

    status: int
    headers: list[Header]
    encoding: str | None


def asset_expression(asset: Asset) -> str:
    own = [name.lower() for name, _ in asset.headers]
    return certified_headers_expression(["content-type", "content-encoding", "etag", "vary", *sorted(set(own))])


def asset_entry(asset: Asset) -> Entry:
    """Every answer the asset may be given with."""
    expression = asset_expression(asset)
    digests = [
        response_digest(asset.status, _full_headers(asset, encoding), body_sha256, expression)
        for encoding, body_sha256 in asset.encodings.items()
    ]
    if asset.status == 200:
        digests += [
            response_digest(304, _not_modified_headers(asset, encoding), NO_BODY_SHA256, expression)
            for encoding in asset.encodings
        ]
    return {expression_digest(expression): sorted(digests)}


def answer(asset: Asset, request_headers: list[Header]) -> Answer:
    encoding = choose_encoding(list(asset.encodings), header_value(request_headers, "accept-encoding"))
    known = header_value(request_headers, "if-none-match")
    if asset.status == 200 and _names_entity_tag(known, _entity_tag(asset, encoding)):
        return Answer(304, _not_modified_headers(asset, encoding), None)
    return Answer(asset.status, _full_headers(asset, encoding), encoding)


def choose_encoding(available: list[str], accept: str) -> str:
    """The best encoding that both sides know; the file as it is, or the only one there is, when none is."""
    accepted = _accepted_encodings(accept)
    for encoding in _ENCODINGS_BY_PREFERENCE:
        if encoding in available and (encoding in accepted or encoding == IDENTITY):
            return encoding
    return available[0]


def header_value(headers: list[Header], name: str) -> str:
    """The value of a request header, or an empty text; several of one name are joined as HTTP says."""
    return ", ".join(value for key, value in headers if key.lower() == name)


def _accepted_encodings(accept: str) -> list[str]:
    accepted = []
    for item in accept.split(","):
        name, _, parameters = item.strip().lower().partition(";")
        weight = parameters.strip().removeprefix("q=")
        if weight.strip("0.") or not parameters:
            accepted.append(name.strip())
    return accepted


def _full_headers(asset: Asset, encoding: str) -> list[Header]:
    headers = [("content-type", asset.content_type), *_tag_headers(asset, encoding), *asset.headers]
    if encoding != IDENTITY:
        headers.append(("content-encoding", encoding))
    return headers


def _not_modified_headers(asset: Asset, encoding: str) -> list[Header]:
    return [*_tag_headers(asset, encoding), *asset.headers]


def _tag_headers(asset: Asset, encoding: str) -> list[Header]:
    vary = [("vary", "accept-encoding")] if len(asset.encodings) > 1 else []
    return [("etag", _entity_tag(asset, encoding)), *vary]


def _entity_tag(asset: Asset, encoding: str) -> str:
    return f'"{asset.encodings[encoding].hex()}"'


def _names_entity_tag(known: str, tag: str) -> bool:
    return known.strip() == "*" or tag in [item.strip().removeprefix("W/") for item in known.split(",")]
