"""Envelopes, delegations, keys, signatures, certificates and the paths of read_state."""

from __future__ import annotations

from typing import Final

import cbor2

from replica.certification.certificate import CertificateError, make_certificate, verify_certificate
from replica.certification.hash_tree import Fork, HashTreeError, Labeled, Leaf, from_cbor, to_cbor
from replica.certification.representation import leb128
from replica.ingress.envelope import parse_envelope
from replica.ingress.errors import IngressError, InvalidSignature
from replica.ingress.gate import admit_call, admit_query, admit_read_state
from replica.ingress.public_keys import parse_public_key
from replica.principal import ANONYMOUS, Principal, PrincipalError
from replica.routing.ingress_history import IngressHistory
from replica.routing.read_state import check_paths
from replica.routing.requests import CallRequest, ReadStateError, ReadStateRequest
from tests.fuzz.target import Target
from tests.replica.ingress.identities import (
    ALICE,
    BOB,
    CANISTER,
    CAROL,
    DAVE,
    NOW_NS,
    ROOT_KEY,
    SESSION,
    Identity,
    content_of,
    delegate,
    envelope_of,
    read_state_of,
    webauthn_eddsa,
    webauthn_es256,
    webauthn_rs256,
)

_KEY: Final = ROOT_KEY.public_key_der
_SIGNERS: Final = (ALICE, BOB, CAROL, DAVE, webauthn_es256(), webauthn_eddsa(), webauthn_rs256())
_READ: Final = Principal(b"c" * 10)
_MESSAGE: Final = b"a message of more than thirty-two bytes"
_PATHS: Final = ([b"time"], [b"canister", CANISTER, b"controllers"], [b"request_status", bytes(32), b"reply"])


def _call(identity: Identity, **changes: object) -> bytes:
    return envelope_of(content_of(identity.principal, **changes), identity)


def _delegated(identity: Identity) -> bytes:
    chain = [delegate(identity, SESSION, targets=[CANISTER])]
    return envelope_of(content_of(identity.principal), SESSION, chain, sender_pubkey=identity.public_key_der)


def _read(identity: Identity) -> bytes:
    return envelope_of(read_state_of(identity.principal, *_PATHS), identity)


def _query(identity: Identity) -> bytes:
    return envelope_of(content_of(identity.principal, request_type="query", nonce=b"n"), identity)


def _deep(depth: int) -> bytes:
    return b"\x81" * depth + b"\x80"


def _anonymous(**changes: object) -> bytes:
    return cbor2.dumps({"content": {**content_of(ANONYMOUS), **changes}})


PATH_BOMBS: Final = (
    cbor2.dumps({"content": read_state_of(ANONYMOUS, *([[b"time"] * 127] * 1_000))}),
    cbor2.dumps({"content": read_state_of(ANONYMOUS, *([[b"l"] * 190] * 1_000))}),
)
CHAIN_BOMBS: Final = (
    envelope_of(content_of(ALICE.principal), ALICE, [delegate(ALICE, ALICE)] * 20),
    envelope_of(content_of(ALICE.principal), ALICE, [delegate(ALICE, SESSION, targets=[CANISTER] * 1_000)] * 20),
)
ENVELOPE_BOMBS: Final = (
    _deep(100_000),
    b"\x9b" + b"\xff" * 8,
    b"\xbb" + b"\xff" * 8,
    b"\x5b\x00\x00\x00\x7f" + b"\xff" * 4,
    b"\xd9\xd9\xf7" * 1_000 + b"\xa0",
    cbor2.dumps({"content": [[]] * 500_000}),
    _anonymous(more=list(range(200_000))),
    _anonymous(more={str(number): number for number in range(90_000)}),
    _anonymous(more=["x" * 10] * 190_000),
    _anonymous(arg=bytes(2**21)),
    _anonymous(method_name="m" * 2**20),
    *PATH_BOMBS,
    *CHAIN_BOMBS,
    # An integer with a million digits, and a floating point number that is not one.
    b"\xa1\x67content\xc2\x5a\x00\x0f\x42\x40" + b"\xff" * 1_000_000,
    b"\xa1\x67content\xfb\x7f\xf8" + bytes(6),
)


class _NoHistory(IngressHistory):
    """Nobody has asked for anything yet."""

    def __init__(self) -> None:
        self._open = {}

    def find(self, request_id: bytes) -> CallRequest | None:
        return None


def _check_paths(data: bytes) -> None:
    """The labels are what stands between zero bytes, the paths what stands between line ends."""
    paths = tuple(tuple(line.split(b"\0")) for line in data.split(b"\n"))
    check_paths(ReadStateRequest(ANONYMOUS, paths, _READ), _NoHistory(), _READ)


def _tree(width: int) -> bytes:
    """A tree of `width` leaves as its own CBOR says them, in one long comb."""
    return b"\x83\x01\x82\x03\x40" * width + b"\x81\x00"


_TREE: Final = Fork(
    Labeled(b"canister", Labeled(CANISTER, Labeled(b"certified_data", Leaf(bytes(32))))),
    Labeled(b"time", Leaf(leb128(NOW_NS))),
)
_CERTIFICATE: Final = make_certificate(_TREE, ROOT_KEY)
_TREE_BOMBS: Final = (_tree(100), _tree(100_000), b"\x83\x02\x40" * 100_000 + b"\x81\x00", _deep(50_000))


def _signature_target(identity: Identity, name: str) -> Target:
    key = parse_public_key(identity.public_key_der)
    signature = identity.sign(_MESSAGE)
    return Target(
        f"signature of {name}",
        lambda data: key.verify(_MESSAGE, data, _KEY),
        (InvalidSignature,),
        (signature,),
        (_deep(16_000), signature + bytes(16_000), bytes(2**20)),
    )


INGRESS: Final = (
    Target("envelope", parse_envelope, (IngressError,), tuple(map(_call, _SIGNERS)), ENVELOPE_BOMBS),
    Target(
        "call, with its signature",
        lambda data: admit_call(data, CANISTER, now_ns=NOW_NS, root_key_der=_KEY),
        (IngressError,),
        (*map(_call, _SIGNERS), *map(_delegated, _SIGNERS)),
        CHAIN_BOMBS,
    ),
    Target(
        "query, with its signature",
        lambda data: admit_query(data, CANISTER, now_ns=NOW_NS, root_key_der=_KEY),
        (IngressError,),
        tuple(map(_query, _SIGNERS)),
    ),
    Target(
        "read_state, with its signature",
        lambda data: admit_read_state(data, CANISTER, now_ns=NOW_NS, root_key_der=_KEY),
        (IngressError,),
        tuple(map(_read, _SIGNERS)),
        PATH_BOMBS,
    ),
    Target(
        "public key",
        parse_public_key,
        (InvalidSignature,),
        tuple(identity.public_key_der for identity in _SIGNERS),
        (b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 10_000, bytes(2**20)),
    ),
    _signature_target(DAVE, "a canister"),
    _signature_target(webauthn_es256(), "an authenticator"),
    _signature_target(webauthn_rs256(), "an authenticator with RSA"),
    _signature_target(BOB, "secp256k1"),
    _signature_target(CAROL, "P-256"),
    _signature_target(ALICE, "Ed25519"),
    Target("hash tree", from_cbor, (HashTreeError,), (to_cbor(_TREE),), _TREE_BOMBS),
    Target(
        "certificate",
        lambda data: verify_certificate(data, _KEY, canister_id=CANISTER),
        (CertificateError,),
        (_CERTIFICATE,),
        (cbor2.dumps({"tree": [], "signature": bytes(2**20)}), _deep(100_000)),
    ),
    Target(
        "paths of the state tree",
        _check_paths,
        (ReadStateError,),
        (b"time", b"canister\0" + b"c" * 10 + b"\0controllers", b"request_status\0" + b"r" * 32, b"time\nsubnet"),
        (b"\0" * 200_000, b"canister\0\xff\0metadata\0\xff", b"time\n" * 100_000),
    ),
    Target(
        "principal as text",
        lambda data: Principal.from_text(data.decode("latin-1")),
        (PrincipalError,),
        (CANISTER.text.encode(), ALICE.principal.text.encode(), b"aaaaa-aa"),
        (b"a" * 2**20, b"-" * 2**20, b"aaaaa-" * 100_000),
    ),
)
