"""Who is let in at every endpoint: the acceptance suite's table of schemes, delegations and ways to get them wrong.

Each row of the table is told at every endpoint and in every version, beside the same request made well. The rules are
tested one by one in tests/replica/ingress. Topics: "Schemes", "signature checking", "Delegation targets" and "Canister
signatures" of the conformance inventory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cbor2
import pytest

from replica.certification.keys import RootKey
from replica.certification.representation import hash_map
from replica.principal import ANONYMOUS, Principal
from replica.rng import SeededRng
from tests.replica.ingress import identities
from tests.replica.ingress.identities import (
    ALICE,
    BOB,
    CANISTER,
    CAROL,
    DAVE,
    MALLORY,
    MINUTE_NS,
    NOW_NS,
    ROOT_KEY,
    SESSION,
    Identity,
    content_of,
    delegate,
    envelope_of,
    read_state_of,
)

ENDPOINTS = [
    ("call", "v2"),
    ("call", "v3"),
    ("call", "v4"),
    ("query", "v2"),
    ("query", "v3"),
    ("read_state", "v2"),
    ("read_state", "v3"),
]
SCHEMES = {
    "Ed25519": ALICE,
    "ECDSA secp256k1": BOB,
    "ECDSA P-256": CAROL,
    "canister signature": DAVE,
    "canister signature, empty seed": identities.canister_identity(CANISTER, b""),
    "WebAuthn ECDSA": identities.webauthn_es256(),
    "WebAuthn RSA": identities.webauthn_rs256(),
    "WebAuthn EdDSA": identities.webauthn_eddsa(),
}
every_endpoint = pytest.mark.parametrize(("kind", "version"), ENDPOINTS, ids="-".join)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One URL, and the content of a good request to it."""

    web: object
    canister_id: Principal
    kind: str
    version: str

    def content(self, sender: Principal, **changes: object) -> dict:
        if self.kind == "read_state":
            path = [b"canister", self.canister_id, b"controllers"]
            return read_state_of(sender, path, **changes)
        method = "say" if self.kind == "call" else "whoami"
        return content_of(sender, request_type=self.kind, canister_id=self.canister_id, method_name=method, **changes)

    def post(self, body: bytes):
        return self.web.post(f"/api/{self.version}/canister/{self.canister_id}/{self.kind}", body)

    def lets_in(self, body: bytes) -> bool:
        response = self.post(body)
        if response.status_code == 202:
            return True
        return response.status_code == 200 and cbor2.loads(response.content).get("status", "replied") == "replied"

    def refusal(self, body: bytes) -> str:
        response = self.post(body)
        assert response.status_code in (400, 403)
        assert response.headers["content-type"].startswith("text/plain")
        return response.text


@pytest.fixture
def endpoint(web, replica, echo, kind, version) -> Endpoint:
    assert replica.core.root_key_der == ROOT_KEY.public_key_der  # so that canister signatures are of this replica
    return Endpoint(web, echo, kind, version)


def signed(endpoint: Endpoint, person: Identity = ALICE, **changes: object) -> bytes:
    return envelope_of(endpoint.content(person.principal), person, **changes)


def through(endpoint: Endpoint, *chain: dict, root: Identity = ALICE, last: Identity = SESSION) -> bytes:
    return envelope_of(endpoint.content(root.principal), last, list(chain), sender_pubkey=root.public_key_der)


@every_endpoint
@pytest.mark.parametrize("person", SCHEMES.values(), ids=SCHEMES.keys())
def test_every_scheme_is_let_in_plain_and_through_delegations(endpoint, person):
    other = MALLORY

    assert endpoint.lets_in(signed(endpoint, person))
    assert endpoint.lets_in(through(endpoint, delegate(person, SESSION), root=person))
    assert endpoint.lets_in(through(endpoint, delegate(other, person), root=other, last=person))


@every_endpoint
def test_nobody_in_particular_is_let_in_without_a_signature(endpoint):
    assert endpoint.lets_in(envelope_of(endpoint.content(ANONYMOUS), None))


def canister_key(seed: bytes = b"seed", canister_id: Principal = CANISTER, root_key: RootKey = ROOT_KEY) -> Identity:
    return identities.canister_identity(canister_id, seed, root_key=root_key)


def signature_of(endpoint: Endpoint, signer: Identity, sender: Identity, domain: bytes = b"\x0aic-request") -> bytes:
    return signer.sign(domain + hash_map(endpoint.content(sender.principal)))


def with_signature_of(signer: Identity, sender: Identity = ALICE) -> Callable[[Endpoint], bytes]:
    return lambda endpoint: signed(endpoint, sender, sender_sig=signature_of(endpoint, signer, sender))


SIGNATURES: dict[str, tuple[Callable[[Endpoint], bytes], str]] = {
    "missing signature": (lambda e: signed(e, sender_sig=None), "Missing signature from user: "),
    "missing key": (lambda e: signed(e, sender_pubkey=None), "Missing signature from user: "),
    "empty signature": (lambda e: signed(e, sender_sig=b""), "Invalid signature: "),
    "signature by another key": (with_signature_of(MALLORY), "Invalid signature: "),
    "signature in another domain": (
        lambda e: signed(e, sender_sig=signature_of(e, ALICE, ALICE, b"\x0bic-response")),
        "Invalid signature: ",
    ),
    "signature without a domain": (
        lambda e: signed(e, sender_sig=signature_of(e, ALICE, ALICE, b"")),
        "Invalid signature: ",
    ),
    "sender of another key": (
        lambda e: envelope_of(e.content(ALICE.principal), MALLORY),
        "The user id '",
    ),
    "a canister as sender": (lambda e: envelope_of(e.content(CANISTER), ALICE), "The user id '"),
    "anonymous with a signature": (
        lambda e: envelope_of(e.content(ANONYMOUS), MALLORY),
        "Signature is not allowed for the anonymous user.",
    ),
    "expired": (
        lambda e: envelope_of(e.content(ALICE.principal, ingress_expiry=NOW_NS - 1), ALICE),
        "Invalid request expiry: ",
    ),
    "expiry too far ahead": (
        lambda e: envelope_of(e.content(ALICE.principal, ingress_expiry=NOW_NS + 6 * MINUTE_NS), ALICE),
        "Invalid request expiry: ",
    ),
    "nonce too long": (
        lambda e: envelope_of(e.content(ALICE.principal, nonce=bytes(33)), ALICE),
        "Nonce in request is too big: got 33 bytes",
    ),
    "canister signature of another seed": (
        with_signature_of(canister_key(b"other"), canister_key()),
        "Invalid signature: ",
    ),
    "canister signature of another canister": (
        with_signature_of(canister_key(canister_id=Principal.from_counter(9)), canister_key()),
        "Invalid signature: ",
    ),
    "canister signature under another root key": (
        with_signature_of(canister_key(root_key=RootKey.generate(SeededRng(2))), canister_key()),
        "Invalid signature: the certificate",
    ),
}


@every_endpoint
@pytest.mark.parametrize(("make", "text"), SIGNATURES.values(), ids=SIGNATURES.keys())
def test_a_request_that_proves_nothing_is_refused_in_the_words_of_the_reference(endpoint, make, text):
    assert endpoint.refusal(make(endpoint)).startswith(text)
    assert endpoint.lets_in(signed(endpoint))
    assert endpoint.lets_in(signed(endpoint, canister_key()))


DELEGATIONS: dict[str, tuple[Callable[[Endpoint], bytes], str]] = {
    "by somebody else": (lambda e: through(e, delegate(MALLORY, SESSION)), "Invalid delegation: "),
    "to somebody else": (lambda e: through(e, delegate(ALICE, BOB)), "Invalid signature: "),
    "expired": (
        lambda e: through(e, delegate(ALICE, SESSION, expires_ns=NOW_NS - 1)),
        "Invalid delegation expiry: Specified sender delegation has expired: ",
    ),
    "back to where it began": (
        lambda e: through(e, delegate(ALICE, SESSION), delegate(SESSION, ALICE), last=ALICE),
        "Invalid delegation: Chain of delegations contains at least one cycle: ",
    ),
    "twenty-one long": (
        lambda e: through(e, *[delegate(ALICE, SESSION)] * 21),
        "Invalid delegation: Chain of delegations is too long: got 21 delegations, but at most 20 are allowed.",
    ),
    "of unknown permissions": (
        lambda e: through(e, delegate(ALICE, SESSION, permissions="everything")),
        "Invalid delegation: unknown permissions",
    ),
    "for no canister": (lambda e: through(e, delegate(ALICE, SESSION, targets=[])), "Canister '"),
    "for another canister": (lambda e: through(e, delegate(ALICE, SESSION, targets=[CANISTER])), "Canister '"),
    "for canisters that differ from link to link": (
        lambda e: through(
            e,
            delegate(ALICE, BOB, targets=[e.canister_id]),
            delegate(BOB, SESSION, targets=[CANISTER]),
        ),
        "Canister '",
    ),
    "changed after it was signed": (
        lambda e: through(e, changed(delegate(ALICE, SESSION, targets=[CANISTER]), targets=[e.canister_id])),
        "Invalid delegation: ",
    ),
    "by a canister for another seed": (
        lambda e: through(e, delegate(canister_key(b"other"), SESSION), root=canister_key()),
        "Invalid delegation: ",
    ),
}


def changed(link: dict, **changes: object) -> dict:
    return link | {"delegation": link["delegation"] | changes}


@every_endpoint
@pytest.mark.parametrize(("make", "text"), DELEGATIONS.values(), ids=DELEGATIONS.keys())
def test_a_delegation_that_does_not_reach_this_far_is_refused(endpoint, make, text):
    several = [CANISTER, endpoint.canister_id]

    assert endpoint.refusal(make(endpoint)).startswith(text)
    assert endpoint.lets_in(through(endpoint, delegate(ALICE, SESSION, targets=several)))
    assert endpoint.lets_in(
        through(endpoint, delegate(ALICE, BOB, targets=several), delegate(BOB, SESSION, targets=several))
    )


@every_endpoint
def test_a_delegation_for_queries_is_for_everything_but_calls(endpoint):
    for_queries = through(endpoint, delegate(ALICE, SESSION, permissions="queries"))

    assert endpoint.lets_in(through(endpoint, delegate(ALICE, SESSION, permissions="all")))
    if endpoint.kind == "call":
        assert endpoint.refusal(for_queries) == "Invalid delegation: its permissions allow queries only."
    else:
        assert endpoint.lets_in(for_queries)
