"""Who may say what: every scheme, plain and through delegations, and every way of getting it wrong.

Topics "Schemes", "signature checking", "Canister signatures" and "Delegation targets" of the conformance inventory;
http/test_authentication.py tells them at every endpoint.
"""

import base64
from hashlib import sha256
from itertools import pairwise

import pytest

from replica.certification.hash_tree import domain_separator
from replica.certification.keys import RootKey
from replica.certification.representation import hash_map
from replica.ingress.authentication import authenticate
from replica.ingress.envelope import parse_envelope
from replica.ingress.errors import IngressError, InvalidSignature
from replica.ingress.public_keys import parse_public_key
from replica.principal import ANONYMOUS, Principal
from replica.rng import SeededRng
from tests.replica.certification.mainnet import (
    EXPIRATION_NS,
    MAINNET_ROOT_KEY,
    SESSION_KEY_DER,
    SIGNATURE,
    SIGNER_DER,
)
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
    OTHER_CANISTER,
    ROOT_KEY,
    SESSION,
    content_of,
    delegate,
    envelope_of,
    read_state_of,
)

EVERY_SCHEME = {
    "Ed25519": ALICE,
    "secp256k1": BOB,
    "secp256k1 with a high s": identities.secp256k1_identity(7, high_s=True),
    "P-256": CAROL,
    "canister signature": DAVE,
    "canister signature, empty seed": identities.canister_identity(CANISTER, b""),
    "WebAuthn ES256": identities.webauthn_es256(),
    "WebAuthn RS256": identities.webauthn_rs256(),
    "WebAuthn EdDSA": identities.webauthn_eddsa(),
}


def check(body, *, now_ns=NOW_NS):
    return authenticate(parse_envelope(body), now_ns=now_ns, root_key_der=ROOT_KEY.public_key_der)


def refusal_of(body, *, now_ns=NOW_NS):
    with pytest.raises(IngressError) as refused:
        check(body, now_ns=now_ns)
    assert refused.value.status == 400
    return refused.value.text


every_scheme = pytest.mark.parametrize("person", EVERY_SCHEME.values(), ids=EVERY_SCHEME.keys())


@every_scheme
def test_a_signed_request_is_accepted_and_a_changed_one_is_not(person):
    content = content_of(person.principal)
    signed = envelope_of(content, person)
    changed = envelope_of(
        content | {"arg": b"other"},
        None,
        sender_pubkey=person.public_key_der,
        sender_sig=person.sign(b"\x0aic-request" + hash_map(content)),
    )

    assert check(signed).targets is None
    assert refusal_of(changed).startswith("Invalid signature: ")


@every_scheme
def test_a_session_key_speaks_for_an_identity_of_any_scheme(person):
    content = content_of(person.principal)
    body = envelope_of(content, SESSION, [delegate(person, SESSION)], sender_pubkey=person.public_key_der)
    forged = envelope_of(content, SESSION, [delegate(MALLORY, SESSION)], sender_pubkey=person.public_key_der)

    assert check(body).targets is None
    assert refusal_of(forged).startswith("Invalid delegation: ")


@every_scheme
def test_a_key_of_any_scheme_can_be_delegated_to(person):
    identity = MALLORY if person is ALICE else ALICE
    content = content_of(identity.principal)

    body = envelope_of(content, person, [delegate(identity, person)], sender_pubkey=identity.public_key_der)

    assert check(body).targets is None


@every_scheme
def test_queries_and_reads_are_signed_alike(person):
    check(envelope_of(content_of(person.principal, request_type="query"), person))
    check(envelope_of(read_state_of(person.principal, [b"time"]), person))


@every_scheme
@pytest.mark.parametrize(
    "signature", [b"", b"\x00" * 63, b"\x00" * 64, b"\xff" * 64, b"\xff" * 65, b"\xa0", b"\xd9\xd9\xf7\x80"]
)
def test_signatures_of_the_wrong_form_are_refused(person, signature):
    body = envelope_of(content_of(person.principal), person, sender_sig=signature)

    assert refusal_of(body).startswith("Invalid signature: ")


@every_scheme
def test_a_signature_from_another_domain_is_refused(person):
    content = content_of(person.principal)
    signature = person.sign(b"\x1aic-request-auth-delegation" + hash_map(content))

    assert refusal_of(envelope_of(content, person, sender_sig=signature)).startswith("Invalid signature: ")


def test_principals_and_signatures_are_those_of_the_vectors():
    # The same in the clients of other languages.
    content = content_of(
        ALICE.principal,
        canister_id=Principal.from_text("ryjl3-tyaaa-aaaaa-aaaba-cai"),
        method_name="icrc1_fee",
        ingress_expiry=1700000000000000000,
        nonce=bytes(range(16)),
    )
    body = envelope_of(content, ALICE)
    envelope = parse_envelope(body)

    assert ALICE.principal.text == "yavxl-ppty4-enezb-hcalr-cdgzv-zoexx-7od3c-urvk6-rfzs4-552ct-7ae"
    assert BOB.principal.text == "bklun-epflj-kx2q4-yaqoy-tq3lh-q4umc-5hgsd-4fkat-246ho-nsb2p-vae"
    assert CAROL.principal.text == "oikas-7hbdy-tirj7-dnbl2-623kd-eacp6-nhjsj-pl3oj-36nc4-j3j6d-xqe"
    assert envelope.request_id.hex() == "29033e969f29a6e04c11ec07540665158c39379d0054272c99772de7724c18e7"
    assert envelope.sender_signature.hex() == (
        "ea4625636d02910eaf41463902d8d6385c56895a48addd08f248de06f93299d7d65acbfdacd66bb76916dbb993b7e6d31df57f4b969681"
        "f197722492416e880b"
    )
    check(body, now_ns=1700000000000000000 - MINUTE_NS)


def test_the_delegation_of_the_vector_is_accepted():
    # The same in the clients of other languages.
    link = delegate(ALICE, SESSION, expires_ns=1800000000000000000)

    body = envelope_of(content_of(ALICE.principal), SESSION, [link], sender_pubkey=ALICE.public_key_der)

    assert link["signature"].hex() == (
        "bc64522b479c8d3768abf2e987ca68ce3d3c91265cbdf9185dc2d7aead34a4274cf5a4e787c67ae1b4b988ed991de4ae2aa45e36a0173"
        "71be2fe96fd3563170e"
    )
    check(body)


def test_a_delegation_signed_by_internet_identity_on_mainnet_verifies():
    # The public example of ICRC-34.
    delegation = {"pubkey": SESSION_KEY_DER, "expiration": EXPIRATION_NS}
    message = domain_separator("ic-request-auth-delegation") + hash_map(delegation)
    key = parse_public_key(SIGNER_DER)

    assert Principal.self_authenticating(SIGNER_DER).text == (
        "77gyu-q2pqz-jgkwl-qtuq2-eylzf-fws5i-376hh-ra3eo-sgj65-6vod4-wae"
    )
    assert sha256(message).hexdigest() == "00cc0f1fea3c490797342704ac4a29f2e908ddfc1758fcb73861e836571f61fb"
    assert sha256(key.seed).hexdigest() == "5fcc8fca88e746f0c7b3099998f13e7a33cbbe1eeeae946db8d23839ddd75f4e"
    key.verify(message, base64.b64decode(SIGNATURE), MAINNET_ROOT_KEY)

    with pytest.raises(InvalidSignature, match="did not sign"):
        key.verify(message + b"!", base64.b64decode(SIGNATURE), MAINNET_ROOT_KEY)
    with pytest.raises(InvalidSignature, match="certificate"):
        key.verify(message, base64.b64decode(SIGNATURE), ROOT_KEY.public_key_der)


def test_canister_signatures_count_only_for_their_canister_seed_and_root_key():
    canister, seed = Principal.from_counter(4), b"seed"
    signer = identities.canister_identity(canister, seed)
    content = content_of(signer.principal)
    signature = signer.sign(b"\x0aic-request" + hash_map(content))
    others = [
        identities.canister_identity(canister, b"other seed"),
        identities.canister_identity(Principal.from_counter(5), seed),
    ]
    elsewhere = identities.canister_identity(canister, seed, root_key=RootKey.generate(SeededRng(2)))

    check(envelope_of(content, signer))
    for other in others:
        body = envelope_of(content_of(other.principal), other, sender_sig=signature)
        assert refusal_of(body).startswith("Invalid signature: ")
    assert refusal_of(envelope_of(content, elsewhere)).startswith("Invalid signature: the certificate")


def test_anonymous_requests_carry_no_signature():
    assert check(envelope_of(content_of(ANONYMOUS), None)).targets is None
    assert check(envelope_of(content_of(ANONYMOUS), None, sender_pubkey=None, sender_sig=None)).targets is None

    expected = "Signature is not allowed for the anonymous user."
    assert refusal_of(envelope_of(content_of(ANONYMOUS), MALLORY)) == expected
    assert refusal_of(envelope_of(content_of(ANONYMOUS), None, sender_sig=b"")) == expected
    assert refusal_of(envelope_of(content_of(ANONYMOUS), None, [delegate(ALICE, SESSION)])) == expected


@pytest.mark.parametrize("missing", ["sender_pubkey", "sender_sig"])
def test_everyone_else_must_sign(missing):
    body = envelope_of(content_of(ALICE.principal), ALICE, **{missing: None})

    assert refusal_of(body) == f"Missing signature from user: {ALICE.principal}"


def test_a_sender_is_whoever_holds_the_key():
    body = envelope_of(content_of(ALICE.principal), MALLORY)
    as_canister = envelope_of(content_of(CANISTER), MALLORY)
    as_management = envelope_of(content_of(Principal(b"")), MALLORY)

    expected = f"The user id '{ALICE.principal}' does not match the public key '{MALLORY.public_key_der.hex()}'"
    assert refusal_of(body) == expected
    assert refusal_of(as_canister).startswith("The user id ")
    assert refusal_of(as_management).startswith("The user id ")


def test_requests_are_accepted_from_now_until_five_and_a_half_minutes():
    def body_with(expiry_ns: int) -> bytes:
        return envelope_of(content_of(ALICE.principal, ingress_expiry=expiry_ns), ALICE)

    limit_ns = 5 * MINUTE_NS + MINUTE_NS // 2

    check(body_with(NOW_NS))
    check(body_with(NOW_NS + limit_ns))
    assert refusal_of(body_with(NOW_NS - 1)) == (
        "Invalid request expiry: Specified ingress_expiry not within expected range: "
        "Minimum allowed expiry: 2025-06-15 15:06:40.000000000 UTC, "
        "Maximum allowed expiry: 2025-06-15 15:12:10.000000000 UTC, "
        "Provided expiry: 2025-06-15 15:06:39.999999999 UTC"
    )
    assert refusal_of(body_with(NOW_NS + limit_ns + 1)).startswith("Invalid request expiry: ")
    assert refusal_of(body_with(2**64 - 1)).startswith("Invalid request expiry: ")


def test_anonymous_queries_and_reads_never_expire_but_calls_do():
    check(envelope_of(content_of(ANONYMOUS, request_type="query", ingress_expiry=0), None))
    check(envelope_of(read_state_of(ANONYMOUS, [b"time"], ingress_expiry=0), None))

    assert refusal_of(envelope_of(content_of(ANONYMOUS, ingress_expiry=0), None)).startswith("Invalid request expiry")
    signed_query = envelope_of(content_of(ALICE.principal, request_type="query", ingress_expiry=0), ALICE)
    assert refusal_of(signed_query).startswith("Invalid request expiry")


def test_an_expired_delegation_is_refused():
    def body_with(expires_ns: int) -> bytes:
        link = delegate(ALICE, SESSION, expires_ns=expires_ns)
        return envelope_of(content_of(ALICE.principal), SESSION, [link], sender_pubkey=ALICE.public_key_der)

    check(body_with(NOW_NS))
    assert refusal_of(body_with(NOW_NS - 1)).startswith(
        "Invalid delegation expiry: Specified sender delegation has expired: Provided expiry: 2025-06-15 15:06:39"
    )


def chain_of(length):
    people = [ALICE, *(identities.ed25519_identity(bytes([i]) * 32) for i in range(1, length + 1))]
    links = [delegate(signer, to) for signer, to in pairwise(people)]
    return envelope_of(content_of(ALICE.principal), people[-1], links, sender_pubkey=ALICE.public_key_der)


def test_chains_have_at_most_twenty_delegations():
    check(chain_of(20))
    assert refusal_of_parse(chain_of(21)) == (
        "Invalid delegation: Chain of delegations is too long: got 21 delegations, but at most 20 are allowed."
    )


def refusal_of_parse(body):
    with pytest.raises(IngressError) as refused:
        parse_envelope(body)
    return refused.value.text


def test_a_public_key_appears_once_in_a_chain():
    links = [delegate(ALICE, SESSION), delegate(SESSION, ALICE)]

    body = envelope_of(content_of(ALICE.principal), ALICE, links)

    assert refusal_of(body) == (
        "Invalid delegation: Chain of delegations contains at least one cycle: "
        f"first repeating public key encountered {ALICE.public_key_der.hex()}"
    )


def test_a_broken_link_anywhere_breaks_the_chain():
    links = [delegate(ALICE, BOB), delegate(MALLORY, CAROL), delegate(CAROL, SESSION)]

    body = envelope_of(content_of(ALICE.principal), SESSION, links, sender_pubkey=ALICE.public_key_der)

    assert refusal_of(body).startswith("Invalid delegation: ")


@pytest.mark.parametrize(
    ("targets", "allowed"),
    [
        ([[CANISTER]], {CANISTER}),
        ([[]], set()),
        ([None], None),
        ([[CANISTER, OTHER_CANISTER, CANISTER]], {CANISTER, OTHER_CANISTER}),
        ([[CANISTER, OTHER_CANISTER], [OTHER_CANISTER]], {OTHER_CANISTER}),
        ([[CANISTER], [OTHER_CANISTER]], set()),
        ([None, [CANISTER]], {CANISTER}),
    ],
)
def test_targets_narrow_with_every_link(targets, allowed):
    people = [*[ALICE, BOB][: len(targets)], SESSION]
    links = [
        delegate(signer, to, **({} if names is None else {"targets": names}))
        for (signer, to), names in zip(pairwise(people), targets, strict=True)
    ]

    scope = check(envelope_of(content_of(ALICE.principal), SESSION, links, sender_pubkey=ALICE.public_key_der))

    assert scope.targets == (None if allowed is None else frozenset(allowed))


def test_a_delegation_names_at_most_a_thousand_targets():
    def body_with(count: int) -> bytes:
        link = delegate(ALICE, SESSION, targets=[Principal.from_counter(i) for i in range(count)])
        return envelope_of(content_of(ALICE.principal), SESSION, [link], sender_pubkey=ALICE.public_key_der)

    assert len(check(body_with(1000)).targets) == 1000
    assert refusal_of_parse(body_with(1001)).startswith("Invalid delegation: 1001 targets")


@pytest.mark.parametrize(("permissions", "may_call"), [("all", True), ("queries", False)])
def test_permissions_say_whether_calls_are_allowed(permissions, may_call):
    link = delegate(ALICE, SESSION, permissions=permissions)

    scope = check(envelope_of(content_of(ALICE.principal), SESSION, [link], sender_pubkey=ALICE.public_key_der))

    assert scope.may_call is may_call


def test_unknown_permissions_are_refused():
    link = delegate(ALICE, SESSION, permissions="some")

    body = envelope_of(content_of(ALICE.principal), SESSION, [link], sender_pubkey=ALICE.public_key_der)

    assert refusal_of(body).startswith("Invalid delegation: unknown permissions")


def vouched_for(canister: identities.Identity, **changes: object) -> dict:
    """What a canister signs about somebody whose key is its own."""
    info = {"info": b"over 18", "signer": CANISTER, "sig": canister.sign(b"\x0eic-sender-info" + b"over 18")}
    return info | changes


def test_what_a_canister_says_about_its_sender_is_verified():
    sender = identities.canister_identity(CANISTER, b"seed")

    def body_with(**changes: object) -> bytes:
        content = content_of(sender.principal, sender_info=vouched_for(sender, **changes))
        return envelope_of(content, SESSION, [delegate(sender, SESSION)], sender_pubkey=sender.public_key_der)

    check(body_with())
    assert refusal_of(body_with(info=b"over 81")).startswith("Invalid sender info: the canister did not sign")
    assert refusal_of(body_with(signer=OTHER_CANISTER)).startswith("Invalid sender info: the signer must be")
    assert refusal_of(body_with(sig=b"")).startswith("Invalid sender info: malformed canister signature")


def test_only_canisters_vouch_for_senders():
    vouched = vouched_for(identities.canister_identity(CANISTER, b"seed"))

    for person in (ALICE, identities.webauthn_es256()):
        body = envelope_of(content_of(person.principal, sender_info=vouched), person)
        assert refusal_of(body).startswith("Invalid sender info: the signer must be the canister")
    anonymous = envelope_of(content_of(ANONYMOUS, sender_info=vouched), None)
    assert refusal_of(anonymous) == "Invalid sender info: nobody vouches for the anonymous user."


def test_limits_on_nonces_and_paths_name_the_number():
    long_nonce = envelope_of(content_of(ANONYMOUS, nonce=bytes(33)), None)
    many_paths = envelope_of(read_state_of(ANONYMOUS, *[[b"time"]] * 1001), None)
    deep_path = envelope_of(read_state_of(ANONYMOUS, [b"a"] * 128), None)

    check(envelope_of(content_of(ANONYMOUS, nonce=bytes(32)), None))
    check(envelope_of(read_state_of(ANONYMOUS, *[[b"a"] * 127] * 1000), None))
    assert refusal_of(long_nonce) == "Nonce in request is too big: got 33 bytes, but at most 32 are allowed."
    assert refusal_of(many_paths) == (
        "Too many paths in read state request: got 1001 paths, but at most 1000 are allowed."
    )
    assert refusal_of(deep_path) == (
        "At least one path in read state request is too deep: got 128 labels, but at most 127 are allowed."
    )


def test_expiry_is_checked_before_signatures_and_signatures_before_the_sender():
    late_and_forged = envelope_of(content_of(ALICE.principal, ingress_expiry=0), ALICE, sender_sig=bytes(64))
    forged_for_another = envelope_of(content_of(ALICE.principal), MALLORY, sender_sig=bytes(64))

    assert refusal_of(late_and_forged).startswith("Invalid request expiry: ")
    assert refusal_of(forged_for_another).startswith("Invalid signature: ")
