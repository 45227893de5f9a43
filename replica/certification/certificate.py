"""Certificates: a witness and the signature of its root hash, as clients receive them.

One signature serves all certificates of a round, so the path of a message is `assemble_certificate`; `make_certificate`
does both steps for callers that have only a tree. `verify_certificate` accepts certificates of any Internet Computer,
with or without a subnet delegation: canister signatures from elsewhere carry them. Interface spec, "Certification".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from replica.certification import bls
from replica.certification.hash_tree import (
    NESTING_MAX,
    HashTree,
    HashTreeError,
    from_arrays,
    labels_at,
    lookup_value,
    root_hash,
    to_cbor,
)
from replica.certification.keys import STATE_ROOT_SEPARATOR, RootKey
from replica.certification.plain_cbor import SELF_DESCRIBE_TAG, PlainCborError, load_plain

_HEAD: Final = SELF_DESCRIBE_TAG + b"\xa2\x64tree"
_SIGNATURE: Final = b"\x69signature\x58\x30"


class CertificateError(ValueError):
    """The bytes are not a certificate that the root key vouches for."""


def make_certificate(witness: HashTree, root_key: RootKey) -> bytes:
    return assemble_certificate(to_cbor(witness), root_key.sign_state_root(root_hash(witness)))


def assemble_certificate(witness_cbor: bytes, signature: bytes) -> bytes:
    """A certificate from a witness in its wire form and the signature over its root hash."""
    return b"".join((_HEAD, witness_cbor, _SIGNATURE, signature))


def verify_certificate(data: bytes, root_key_der: bytes, *, canister_id: bytes | None = None) -> HashTree:
    """The tree of a certificate that `root_key_der` vouches for; raises `CertificateError`.

    A certificate of a subnet vouches for the canisters in the subnet's ranges only: with `canister_id`, an id outside
    them is refused. The time in the tree is not checked.
    """
    certificate = _decode(data)
    delegation = certificate.get("delegation")
    key = root_key_der if delegation is None else _delegated_key(delegation, root_key_der, canister_id)
    return _signed_tree(certificate, key)


def _decode(data: bytes) -> Mapping[str, object]:
    try:
        certificate = load_plain(data, nesting_max=NESTING_MAX)
    except PlainCborError as error:
        raise CertificateError(str(error)) from error
    if not isinstance(certificate, Mapping):
        raise CertificateError("a certificate is a map")
    return certificate


def _signed_tree(certificate: Mapping[str, object], key_der: bytes) -> HashTree:
    try:
        tree = from_arrays(certificate.get("tree"))
    except HashTreeError as error:
        raise CertificateError(str(error)) from error
    signature = certificate.get("signature")
    if not isinstance(signature, bytes):
        raise CertificateError("a certificate has a signature")
    if not bls.verify(key_der, STATE_ROOT_SEPARATOR + root_hash(tree), signature):
        raise CertificateError("the signature does not match the tree")
    return tree


def _delegated_key(delegation: object, root_key_der: bytes, canister_id: bytes | None) -> bytes:
    match delegation:
        case {"subnet_id": bytes(subnet_id), "certificate": bytes(data)}:
            certificate = _decode(data)
        case _:
            raise CertificateError("a delegation has a subnet id and a certificate")
    if certificate.get("delegation") is not None:
        raise CertificateError("a delegation cannot be delegated again")
    tree = _signed_tree(certificate, root_key_der)
    if canister_id is not None and not _covers(_canister_ranges(tree, subnet_id), canister_id):
        raise CertificateError("the subnet of this certificate does not host the canister")
    key = lookup_value(tree, (b"subnet", subnet_id, b"public_key"))
    if key is None:
        raise CertificateError("the delegation does not show the key of its subnet")
    return key


def _canister_ranges(tree: HashTree, subnet_id: bytes) -> list[object]:
    """The ranges the tree shows, in the layout by shards or the older one under the subnet."""
    paths = [(b"canister_ranges", subnet_id, first) for first in labels_at(tree, (b"canister_ranges", subnet_id))]
    shards = [lookup_value(tree, path) for path in [*paths, (b"subnet", subnet_id, b"canister_ranges")]]
    try:
        return [pair for shard in shards if shard is not None for pair in load_plain(shard, nesting_max=8)]
    except (PlainCborError, TypeError) as error:
        raise CertificateError("the canister ranges cannot be read") from error


def _covers(ranges: list[object], canister_id: bytes) -> bool:
    for pair in ranges:
        match pair:
            case [bytes(first), bytes(last)] if first <= canister_id <= last:
                return True
    return False
