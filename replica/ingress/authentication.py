"""Who sent a request: expiry, delegations, signatures and the sender's principal, in the order of the specification.

Cheap checks come first, and the texts are those that clients look for: agents synchronise their clock when a refusal
starts with `Invalid request expiry: `. Interface spec, "Authentication".
"""

from __future__ import annotations

from typing import Final

from replica.certification.hash_tree import domain_separator
from replica.ingress.canister_signatures import CanisterSignatureKey
from replica.ingress.delegations import EVERYTHING, Scope, check_chain, check_chain_signatures
from replica.ingress.envelope import CallContent, Envelope, ReadStateContent, SenderInfo
from replica.ingress.errors import IngressError, InvalidSignature
from replica.ingress.moments import moment_text
from replica.ingress.public_keys import parse_public_key
from replica.principal import ANONYMOUS, Principal

NONCE_BYTES_MAX: Final = 32
PATHS_MAX: Final = 1000
LABELS_MAX: Final = 127
EXPIRY_NS_MAX: Final = (5 * 60 + 30) * 1_000_000_000
"""Five minutes as agents are told, and half a minute for clocks that differ."""

_SEPARATOR: Final = domain_separator("ic-request")
_SENDER_INFO_SEPARATOR: Final = domain_separator("ic-sender-info")


def authenticate(envelope: Envelope, *, now_ns: int, root_key_der: bytes) -> Scope:
    """Check that the sender made this request and that it is timely; returns what it may touch.

    Raises `IngressError`. `root_key_der` is the key whose certificates make canister signatures valid.
    """
    _check_sizes(envelope)
    _check_expiry(envelope, now_ns)
    sender = envelope.content.sender
    key_der, signature = envelope.sender_public_key_der, envelope.sender_signature
    if sender == ANONYMOUS:
        if key_der is not None or signature is not None or envelope.delegations:
            raise IngressError("Signature is not allowed for the anonymous user.")
        if isinstance(envelope.content, CallContent) and envelope.content.sender_info is not None:
            raise IngressError("Invalid sender info: nobody vouches for the anonymous user.")
        return EVERYTHING
    if key_der is None or signature is None:
        raise IngressError(f"Missing signature from user: {sender}")
    scope = check_chain(key_der, envelope.delegations, now_ns=now_ns) if envelope.delegations else EVERYTHING
    signer_der = check_chain_signatures(key_der, envelope.delegations, root_key_der)
    _check_signature(signer_der, envelope.request_id, signature, root_key_der)
    if sender != Principal.self_authenticating(key_der):
        raise IngressError(f"The user id '{sender}' does not match the public key '{key_der.hex()}'")
    if isinstance(envelope.content, CallContent) and envelope.content.sender_info is not None:
        _check_sender_info(envelope.content.sender_info, key_der, root_key_der)
    return scope


def _check_sizes(envelope: Envelope) -> None:
    content = envelope.content
    if content.nonce is not None and len(content.nonce) > NONCE_BYTES_MAX:
        raise IngressError(
            f"Nonce in request is too big: got {len(content.nonce)} bytes, but at most {NONCE_BYTES_MAX} are allowed."
        )
    if isinstance(content, ReadStateContent):
        _check_paths(content.paths)


def _check_paths(paths: tuple[tuple[bytes, ...], ...]) -> None:
    if len(paths) > PATHS_MAX:
        raise IngressError(
            f"Too many paths in read state request: got {len(paths)} paths, but at most {PATHS_MAX} are allowed."
        )
    deepest = max(map(len, paths), default=0)
    if deepest > LABELS_MAX:
        raise IngressError(
            "At least one path in read state request is too deep: "
            f"got {deepest} labels, but at most {LABELS_MAX} are allowed."
        )


def _check_expiry(envelope: Envelope, now_ns: int) -> None:
    content = envelope.content
    if content.sender == ANONYMOUS and content.request_type != "call":
        return  # nothing is gained by repeating a question that anyone may ask
    latest_ns = now_ns + EXPIRY_NS_MAX
    if not now_ns <= content.ingress_expiry_ns <= latest_ns:
        raise IngressError(
            "Invalid request expiry: Specified ingress_expiry not within expected range: "
            f"Minimum allowed expiry: {moment_text(now_ns)}, Maximum allowed expiry: {moment_text(latest_ns)}, "
            f"Provided expiry: {moment_text(content.ingress_expiry_ns)}"
        )


def _check_sender_info(sender_info: SenderInfo, key_der: bytes, root_key_der: bytes) -> None:
    """NOT LIKE THE IC: what is proved here goes no further, because Kybra gives canisters no way to ask for it."""
    try:
        key = parse_public_key(key_der)
        if not isinstance(key, CanisterSignatureKey) or key.canister_id != sender_info.signer:
            raise InvalidSignature("the signer must be the canister of the sender's public key")
        key.verify(_SENDER_INFO_SEPARATOR + sender_info.info, sender_info.signature, root_key_der)
    except InvalidSignature as error:
        raise IngressError(f"Invalid sender info: {error}") from error


def _check_signature(key_der: bytes, request_id: bytes, signature: bytes, root_key_der: bytes) -> None:
    try:
        parse_public_key(key_der).verify(_SEPARATOR + request_id, signature, root_key_der)
    except InvalidSignature as error:
        raise IngressError(f"Invalid signature: {error}") from error
