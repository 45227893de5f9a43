"""Reading envelopes: who says what, and with which signatures they say it.

The result is immutable and strictly typed; whatever does not fit raises `IngressError`. The request id is computed
over the decoded content as it was received, including members this replica does not know. Members that are null count
as missing (ic-py sends null signatures for anonymous requests). Interface spec, "Envelope" and "Request ids".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from replica.certification.plain_cbor import PlainCborError, count_heads, load_plain
from replica.certification.representation import NotHashable, hash_map
from replica.ingress.errors import IngressError
from replica.principal import Principal, PrincipalError

_NESTING_MAX: Final = 16
ELEMENTS_MAX: Final = 130_000
"""Keys, values and elements of a whole envelope, more than 1,000 paths and 20 chains need. Each costs time to hash."""
PUBLIC_KEY_BYTES_MAX: Final = 2048
SIGNATURE_BYTES_MAX: Final = 16 * 1024
"""Keys and signatures are remembered, and those of canisters and authenticators may have any size."""
_NAT64_MAX: Final = (1 << 64) - 1
DELEGATIONS_MAX: Final = 20
TARGETS_MAX: Final = 1000


@dataclass(frozen=True, slots=True)
class SenderInfo:
    """What the canister that signs for the sender says about them."""

    info: bytes
    signer: Principal
    signature: bytes


@dataclass(frozen=True, slots=True)
class CallContent:
    """A call or a query: both name a canister, a method and an argument."""

    request_type: Literal["call", "query"]
    sender: Principal
    ingress_expiry_ns: int
    nonce: bytes | None
    canister_id: Principal
    method_name: str
    arg: bytes
    sender_info: SenderInfo | None = None


@dataclass(frozen=True, slots=True)
class ReadStateContent:
    sender: Principal
    ingress_expiry_ns: int
    nonce: bytes | None
    paths: tuple[tuple[bytes, ...], ...]

    @property
    def request_type(self) -> str:
        return "read_state"


@dataclass(frozen=True, slots=True)
class SignedDelegation:
    public_key_der: bytes
    expiration_ns: int
    targets: frozenset[Principal] | None
    permissions: str | None
    delegation_hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    content: CallContent | ReadStateContent
    request_id: bytes
    sender_public_key_der: bytes | None
    sender_signature: bytes | None
    delegations: tuple[SignedDelegation, ...]


def parse_envelope(body: bytes) -> Envelope:
    """Read the body of a request; raises `IngressError` for anything that is not an envelope."""
    # An element takes a byte at least, so most bodies need no counting.
    if len(body) > ELEMENTS_MAX and count_heads(body, ELEMENTS_MAX) > ELEMENTS_MAX:
        raise IngressError(f"Could not read the request: it has more than {ELEMENTS_MAX} elements")
    try:
        envelope = _map(load_plain(body, nesting_max=_NESTING_MAX), "envelope")
        content = _map(envelope.get("content"), "content")
        return Envelope(
            content=_parse_content(content),
            request_id=hash_map(content),
            sender_public_key_der=_optional_blob(envelope, "sender_pubkey", PUBLIC_KEY_BYTES_MAX),
            sender_signature=_optional_blob(envelope, "sender_sig", SIGNATURE_BYTES_MAX),
            delegations=_parse_delegations(envelope.get("sender_delegation")),
        )
    except (PlainCborError, PrincipalError, NotHashable) as error:
        raise IngressError(f"Could not read the request: {error}") from error


def _parse_content(content: Mapping[str, Any]) -> CallContent | ReadStateContent:
    request_type = content.get("request_type")
    if request_type == "read_state":
        return ReadStateContent(
            sender=Principal(_blob(content, "sender")),
            ingress_expiry_ns=_nat64(content, "ingress_expiry"),
            nonce=_optional_blob(content, "nonce"),
            paths=tuple(_path(path) for path in _array(content.get("paths"), "paths")),
        )
    if request_type != "call" and request_type != "query":
        raise IngressError(f"Unknown request type: {str(request_type)[:40]!r}")
    return CallContent(
        request_type=request_type,
        sender=Principal(_blob(content, "sender")),
        ingress_expiry_ns=_nat64(content, "ingress_expiry"),
        nonce=_optional_blob(content, "nonce"),
        canister_id=Principal(_blob(content, "canister_id")),
        method_name=_text(content, "method_name"),
        arg=_blob(content, "arg"),
        sender_info=_parse_sender_info(content.get("sender_info")),
    )


def _parse_sender_info(fields: object) -> SenderInfo | None:
    if fields is None:
        return None
    sender_info = _map(fields, "sender_info")
    return SenderInfo(
        info=_blob(sender_info, "info"),
        signer=Principal(_blob(sender_info, "signer")),
        signature=_blob(sender_info, "sig", SIGNATURE_BYTES_MAX),
    )


def _parse_delegations(chain: object) -> tuple[SignedDelegation, ...]:
    if chain is None:
        return ()
    links = _array(chain, "sender_delegation")
    # Long chains cost time before any signature is checked, so they stop here.
    if len(links) > DELEGATIONS_MAX:
        raise IngressError(
            "Invalid delegation: Chain of delegations is too long: "
            f"got {len(links)} delegations, but at most {DELEGATIONS_MAX} are allowed."
        )
    return tuple(_parse_delegation(_map(link, "sender_delegation")) for link in links)


def _parse_delegation(signed: Mapping[str, Any]) -> SignedDelegation:
    delegation = _map(signed.get("delegation"), "delegation")
    targets = None if delegation.get("targets") is None else _array(delegation["targets"], "targets")
    if targets is not None and len(targets) > TARGETS_MAX:
        raise IngressError(f"Invalid delegation: {len(targets)} targets, but at most {TARGETS_MAX} are allowed.")
    return SignedDelegation(
        public_key_der=_blob(delegation, "pubkey", PUBLIC_KEY_BYTES_MAX),
        expiration_ns=_nat64(delegation, "expiration"),
        targets=None if targets is None else frozenset(Principal(_label(target)) for target in targets),
        permissions=None if delegation.get("permissions") is None else _text(delegation, "permissions"),
        delegation_hash=hash_map(delegation),
        signature=_blob(signed, "signature", SIGNATURE_BYTES_MAX),
    )


def _path(path: object) -> tuple[bytes, ...]:
    return tuple(_label(label) for label in _array(path, "paths"))


def _map(value: object, name: str) -> Mapping[str, Any]:
    if isinstance(value, (dict, Mapping)):
        return value
    raise IngressError(f"Could not read the request: {name} must be a map")


def _array(value: object, name: str) -> list[Any] | tuple[Any, ...]:
    if isinstance(value, (list, tuple)):
        return value
    raise IngressError(f"Could not read the request: {name} must be an array")


def _blob(fields: Mapping[str, Any], name: str, bytes_max: int | None = None) -> bytes:
    value = fields.get(name)
    if not isinstance(value, bytes):
        raise IngressError(f"Could not read the request: {name} must be a blob")
    if bytes_max is not None and len(value) > bytes_max:
        raise IngressError(f"Could not read the request: {name} has more than {bytes_max} bytes")
    return value


def _optional_blob(fields: Mapping[str, Any], name: str, bytes_max: int | None = None) -> bytes | None:
    return None if fields.get(name) is None else _blob(fields, name, bytes_max)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if isinstance(value, str):
        return value
    raise IngressError(f"Could not read the request: {name} must be text")


def _nat64(fields: Mapping[str, Any], name: str) -> int:
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _NAT64_MAX:
        return value
    raise IngressError(f"Could not read the request: {name} must be a 64-bit natural number")


def _label(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    raise IngressError("Could not read the request: labels and canister ids must be blobs")
