"""The proof that comes with a page, whatever its version: the certificate, the canister's tree, and what it is for."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from replica.certification.certificate import CertificateError, verify_certificate
from replica.certification.hash_tree import HashTree, HashTreeError, from_cbor, lookup_value, root_hash
from replica.certification.plain_cbor import PlainCborError, load_plain
from replica.certification.representation import read_leb128
from replica.http.gateway.interface import CanisterResponse
from replica.principal import Principal

CERTIFICATE: Final = "ic-certificate"
CERTIFICATE_AGE_NS_MAX: Final = 5 * 60 * 1_000_000_000

_PARTS: Final = re.compile(r"\b(\w{1,32})=(?::([A-Za-z0-9+/=]*):|(\d+))")


class VerificationError(Exception):
    """The response is not what the canister certified; the message says in which way."""


@dataclass(frozen=True, slots=True)
class Proof:
    certificate: bytes
    tree: HashTree
    expression_path: tuple[str, ...]
    """Empty in version 1, which has none."""


def certificate_version(response: CanisterResponse) -> int:
    """Raises `VerificationError` if the response has no certificate, or one of a later version than 2."""
    number = _parts(response).get("version", "1")
    if number not in ("1", "2"):
        raise VerificationError(f"version {number[:20]} of response certification is not known here")
    return int(number)


def read_proof(response: CanisterResponse) -> Proof:
    """Raises `VerificationError`."""
    parts = _parts(response)
    names = ("certificate", "tree", "expr_path") if parts.get("version") == "2" else ("certificate", "tree")
    try:
        decoded = {name: base64.b64decode(parts[name], validate=True) for name in names}
        path = load_plain(decoded["expr_path"], nesting_max=2) if "expr_path" in decoded else []
        tree = from_cbor(decoded["tree"])
    except (KeyError, binascii.Error, PlainCborError, HashTreeError) as error:
        raise VerificationError(f"the certificate header cannot be read: {error}") from error
    if not isinstance(path, list) or not all(isinstance(segment, str) for segment in path):
        raise VerificationError("the expression path is not an array of text")
    return Proof(decoded["certificate"], tree, tuple(path))


def check_certificate(proof: Proof, canister_id: Principal, root_key_der: bytes, now_ns: int) -> None:
    """The subnet vouches for the tree, and did so lately. Raises `VerificationError`."""
    try:
        state = verify_certificate(proof.certificate, root_key_der, canister_id=canister_id)
    except CertificateError as error:
        raise VerificationError(f"the certificate is invalid: {error}") from error
    time = lookup_value(state, (b"time",))
    if time is None or abs(read_leb128(time) - now_ns) > CERTIFICATE_AGE_NS_MAX:
        raise VerificationError("the certificate is too old or from the future")
    if lookup_value(state, (b"canister", canister_id, b"certified_data")) != root_hash(proof.tree):
        raise VerificationError("the canister did not certify this tree")


def _parts(response: CanisterResponse) -> dict[str, str]:
    header = response.header(CERTIFICATE)
    if header is None:
        raise VerificationError("the response has no certificate")
    return {name: encoded or number for name, encoded, number in _PARTS.findall(header)}
