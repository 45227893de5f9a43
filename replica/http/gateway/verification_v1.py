"""Verification of pages that are certified in the old way: the hash of the body under the path of the URL.

Nothing but the body is covered, so what a forger could do the most harm with is refused or dropped: redirects, and
headers that would make browsers keep the answer. A canister that certifies in version 2 gets no less than that; the
gateway asks for it before it comes here. HTTP gateway protocol specification, "Response verification", version 1.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from hashlib import sha256
from typing import Final
from urllib.parse import unquote

from replica.certification.hash_tree import Absent, Found, Leaf, lookup
from replica.http.gateway.interface import CanisterResponse
from replica.http.gateway.proof import VerificationError, check_certificate, read_proof
from replica.http.messages import Request
from replica.principal import Principal

_ROOT: Final = b"http_assets"
_FALLBACK: Final = b"/index.html"
_DROPPED: Final = frozenset(("cache-control", "expires", "age", "pragma"))
_REDIRECTS: Final = range(300, 400)
_GZIP_OR_ZLIB: Final = 47  # zlib: largest window, and either header


def verify_legacy_response(
    request: Request,
    response: CanisterResponse,
    canister_id: Principal,
    *,
    root_key_der: bytes,
    now_ns: int,
    size_bytes_max: int,
) -> tuple[tuple[str, str], ...]:
    """The headers that may be passed on, and with them status and body. Raises `VerificationError`."""
    if response.status in _REDIRECTS:
        raise VerificationError("redirects need version 2 of response certification")
    proof = read_proof(response)
    check_certificate(proof, canister_id, root_key_der, now_ns)
    body_hash = sha256(_decoded_body(response, size_bytes_max)).digest()
    for path in _candidates(request):
        match lookup(proof.tree, (_ROOT, path)):
            case Found(Leaf(value)) if value == body_hash:
                return tuple(header for header in response.headers if header[0].lower() not in _DROPPED)
            case Found(_):
                raise VerificationError("the body is not the one that is certified for this path")
            case Absent():
                continue
            case _:
                # What is merely not shown could be the answer for this path.
                raise VerificationError("the tree may hold another answer for this path")
    raise VerificationError("nothing is certified for this path")


def _candidates(request: Request) -> Iterator[bytes]:
    """The path as it was sent, as it was meant, and what single-page applications answer everything else with."""
    path = request.path.encode("latin-1")
    decoded = unquote(request.path).encode()
    yield path
    if decoded != path:
        yield decoded
    yield _FALLBACK


def _decoded_body(response: CanisterResponse, size_bytes_max: int) -> bytes:
    encoding = (response.header("content-encoding") or "identity").strip().lower()
    if encoding == "identity":
        return response.body
    if encoding not in ("gzip", "deflate"):
        raise VerificationError(f"the encoding {encoding[:20]!r} needs version 2 of response certification")
    decoder = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        body = decoder.decompress(response.body, size_bytes_max)
    except zlib.error as error:
        raise VerificationError(f"the body cannot be decompressed: {error}") from error
    if not decoder.eof:
        raise VerificationError(f"the body is cut short, or has more than {size_bytes_max} bytes")
    return body
