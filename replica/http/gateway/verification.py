"""Whether a canister certified its answer for this very request.

The steps of the HTTP gateway protocol, response verification version 2: the certificate is the root key's and recent;
it certifies the tree; the tree holds, under the path of the request, the hashes of the expression, of the request and
of the response; and no more specific path is hidden in the tree. HTTP gateway protocol specification.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final
from urllib.parse import unquote

from replica.certification.hash_tree import Absent, Found, lookup
from replica.certification.representation import hash_value
from replica.http.gateway.expression import (
    Expression,
    ExpressionError,
    RequestCertification,
    ResponseCertification,
    parse_expression,
)
from replica.http.gateway.interface import CanisterResponse
from replica.http.gateway.proof import CERTIFICATE, Proof, VerificationError, check_certificate, read_proof
from replica.http.messages import Request
from replica.principal import Principal

_ROOT: Final = "http_expr"
_EXACT: Final = "<$>"
_WILDCARD: Final = "<*>"
_EXPRESSION: Final = "ic-certificateexpression"
_SEGMENTS_MAX: Final = 500
"""Of a request's path: all its prefixes are candidates, which take the square of its length.

NOT LIKE THE IC: a page with a longer path is not shown.
"""


def verify_response(
    request: Request, response: CanisterResponse, canister_id: Principal, *, root_key_der: bytes, now_ns: int
) -> tuple[tuple[str, str], ...]:
    """The headers that may be trusted, and with them the status and body. Raises `VerificationError`."""
    proof = read_proof(response)
    check_certificate(proof, canister_id, root_key_der, now_ns)
    text = response.header(_EXPRESSION)
    if text is None:
        raise VerificationError("the response has no certificate expression")
    try:
        expression = parse_expression(text)
    except ExpressionError as error:
        raise VerificationError(str(error)) from error
    _check_path(proof, request)
    below = _hashes_below_path(expression, request, response)
    if not isinstance(lookup(proof.tree, _path(proof.expression_path, sha256(text.encode()).digest(), *below)), Found):
        raise VerificationError("the tree does not hold the hashes of this request and response")
    return _trusted_headers(expression, response)


# -- The path --------------------------------------------------------------------------------------------------------


def _check_path(proof: Proof, request: Request) -> None:
    """The path of the tree must be the most specific one that exists for the path of the request."""
    segments = path_segments(request.path)
    if len(segments) > _SEGMENTS_MAX:
        raise VerificationError(f"the path has more than {_SEGMENTS_MAX} segments")
    for candidate in _candidates(segments):
        if candidate == proof.expression_path:
            return
        # What is merely not shown could be an answer of its own for this request.
        if not isinstance(lookup(proof.tree, _path(candidate)), Absent):
            raise VerificationError("the tree may hold a more specific answer for this path")
    raise VerificationError("the certified path is not one of this request")


def path_segments(path: str) -> list[str]:
    """Decoded, without empty segments but for one at the end of a path that ends with a slash."""
    decoded = unquote(path)
    segments = [segment for segment in decoded.split("/") if segment]
    return [*segments, ""] if decoded.endswith("/") or not segments else segments


def _candidates(segments: list[str]) -> list[tuple[str, ...]]:
    """From the most to the least specific."""
    wildcards = [(_ROOT, *segments[:length], _WILDCARD) for length in range(len(segments), -1, -1)]
    return [(_ROOT, *segments, _EXACT), *wildcards]


def _path(segments: Sequence[str], *below: bytes) -> tuple[bytes, ...]:
    return (*(segment.encode() for segment in segments), *below)


# -- The hashes ------------------------------------------------------------------------------------------------------


def _hashes_below_path(expression: Expression, request: Request, response: CanisterResponse) -> tuple[bytes, ...]:
    if expression.response is None:
        return ()
    request_label = b"" if expression.request is None else request_hash(expression.request, request)
    return request_label, response_hash(expression.response, response)


def request_hash(certification: RequestCertification, request: Request) -> bytes:
    pairs: list[tuple[str, object]] = [(":ic-cert-method", request.method)]
    for name, value in request.headers:
        if name.decode("latin-1").lower() in certification.headers:
            pairs.append((name.decode("latin-1").lower(), value.decode("latin-1")))
    certified = [pair for pair in request.query.split("&") if _name(pair) in certification.query_parameters]
    if certified:
        pairs.append((":ic-cert-query", "&".join(certified)))
    return sha256(_hash_pairs(pairs) + sha256(request.body).digest()).digest()


def response_hash(certification: ResponseCertification, response: CanisterResponse) -> bytes:
    pairs: list[tuple[str, object]] = [(":ic-cert-status", response.status)]
    pairs += [(name.lower(), value) for name, value in response.headers if _is_certified(certification, name.lower())]
    return sha256(_hash_pairs(pairs) + sha256(response.body).digest()).digest()


def _is_certified(certification: ResponseCertification, name: str) -> bool:
    if name == CERTIFICATE:
        return False
    return name == _EXPRESSION or (name in certification.headers) is not certification.are_exclusions


def _name(pair: str) -> str:
    return pair.partition("=")[0].lower()


def _hash_pairs(pairs: list[tuple[str, object]]) -> bytes:
    """As for maps, but names may repeat."""
    return sha256(b"".join(sorted(hash_value(name) + hash_value(value) for name, value in pairs))).digest()


def _trusted_headers(expression: Expression, response: CanisterResponse) -> tuple[tuple[str, str], ...]:
    """Without certification everything is taken as it is; otherwise what is not certified could be anybody's."""
    certification = expression.response
    if certification is None:
        return response.headers
    return tuple(
        (name, value)
        for name, value in response.headers
        if name.lower() == CERTIFICATE or _is_certified(certification, name.lower())
    )
