"""Keys and certificates: published vectors, and what verification must refuse."""

import base64
import hashlib

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from replica.certification import bls
from replica.certification.certificate import CertificateError, make_certificate, verify_certificate
from replica.certification.hash_tree import Fork, Labeled, Leaf, lookup_value, root_hash
from replica.certification.keys import NodeKey, RootKey
from replica.principal import Principal
from replica.rng import SeededRng
from tests.replica.certification.mainnet import CANISTER_ID, MAINNET_ROOT_KEY, SIGNATURE, SUBNET_ID


@pytest.fixture
def root_key():
    # Computed with an independent BLS library.
    secret = int.from_bytes(hashlib.sha256(b"local test root key").digest(), "big") % bls.GROUP_ORDER
    return RootKey.from_secret(secret.to_bytes(32, "big"))


TREE = Fork(
    Labeled(
        b"canister",
        Labeled(Principal.from_text("ktslx-6iaaa-aaaaa-aci2a-cai"), Labeled(b"certified_data", Leaf(bytes(32)))),
    ),
    Labeled(b"time", Leaf(bytes.fromhex("8080a8b1e39fe7cb17"))),
)


def test_the_root_key_and_its_certificate_are_those_of_the_vector(root_key):
    subnet_id = Principal.self_authenticating(root_key.public_key_der)

    assert (
        root_key.public_key_der[37:]
        .hex()
        .startswith("b990a674fa244be7b00fb8de34bf02d0146b869242a5496f3f24a14a207fa3de")
    )
    assert len(root_key.public_key_der) == 133
    assert subnet_id.text == "hfbtl-27wx3-quay3-y2ili-kz3z6-uxqj5-nypo6-b5a2i-krsd2-nm6jf-5qe"
    assert make_certificate(TREE, root_key).hex() == (
        "d9d9f7a26474726565830183024863616e697374657283024a0000000000001234010183024e6365727469666965645f64617461"
        "82035820000000000000000000000000000000000000000000000000000000000000000083024474696d658203498080a8b1e39f"
        "e7cb17697369676e61747572655830b9eab836558c183a30158cc624af28619031c31846557c9d46dfbd9950fae50e9a0f025a2f"
        "b588b758e7e4ef4a344be1"
    )


def test_a_certificate_verifies_under_its_own_key_only(root_key):
    certificate = make_certificate(TREE, root_key)
    mallory = RootKey.generate(SeededRng(666))

    assert verify_certificate(certificate, root_key.public_key_der) == TREE
    with pytest.raises(CertificateError, match="signature"):
        verify_certificate(certificate, mallory.public_key_der)
    with pytest.raises(CertificateError, match="signature"):
        verify_certificate(certificate, b"no key")


def test_any_changed_byte_of_a_certificate_is_noticed(root_key):
    certificate = make_certificate(TREE, root_key)

    for position in range(3, len(certificate), 7):
        changed = bytearray(certificate)
        changed[position] ^= 1
        with pytest.raises(CertificateError):
            verify_certificate(bytes(changed), root_key.public_key_der)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80",
        cbor2.dumps({"tree": [0]}),
        cbor2.dumps({"tree": [9], "signature": bytes(48)}),
        cbor2.dumps({"tree": [0], "signature": "text"}),
        cbor2.dumps({"tree": [0], "signature": b"\xc0" + bytes(47)}),
        cbor2.dumps({"tree": [0], "signature": bytes(48), "delegation": 5}),
        cbor2.dumps({"tree": [0], "signature": bytes(48), "delegation": {"subnet_id": b"", "certificate": b""}}),
    ],
)
def test_what_is_not_a_certificate_is_refused(data, root_key):
    with pytest.raises(CertificateError):
        verify_certificate(data, root_key.public_key_der)


def test_a_mainnet_certificate_with_a_delegation_verifies():
    signature = cbor2.loads(base64.b64decode(SIGNATURE))

    tree = verify_certificate(signature["certificate"], MAINNET_ROOT_KEY, canister_id=CANISTER_ID)

    certified_data = lookup_value(tree, (b"canister", CANISTER_ID, b"certified_data"))
    assert certified_data is not None
    assert certified_data.hex() == "783d3fc50778daaf717226594dbd69379d8800fc9ee92fe483a8e965d06a7259"


def test_a_subnet_vouches_only_for_canisters_in_its_ranges():
    certificate = cbor2.loads(base64.b64decode(SIGNATURE))["certificate"]
    between_the_ranges = Principal.from_counter(0x6000AF)

    with pytest.raises(CertificateError, match="does not host"):
        verify_certificate(certificate, MAINNET_ROOT_KEY, canister_id=between_the_ranges)


def test_ranges_by_shard_are_understood(root_key):
    subnet_key = RootKey.generate(SeededRng(2))
    inside, outside = Principal.from_counter(5), Principal.from_counter(10)
    ranges = cbor2.dumps([[Principal.from_counter(0), Principal.from_counter(9)]])
    delegation_tree = Fork(
        Labeled(b"canister_ranges", Labeled(SUBNET_ID, Labeled(Principal.from_counter(0), Leaf(ranges)))),
        Labeled(b"subnet", Labeled(SUBNET_ID, Labeled(b"public_key", Leaf(subnet_key.public_key_der)))),
    )
    delegation = {"subnet_id": SUBNET_ID, "certificate": make_certificate(delegation_tree, root_key)}
    certificate = cbor2.loads(make_certificate(TREE, subnet_key)[3:]) | {"delegation": delegation}
    data = cbor2.dumps(certificate)

    assert verify_certificate(data, root_key.public_key_der, canister_id=inside) == TREE
    with pytest.raises(CertificateError, match="does not host"):
        verify_certificate(data, root_key.public_key_der, canister_id=outside)


def test_keys_come_back_from_what_was_kept():
    root_key, node_key = RootKey.generate(SeededRng(1)), NodeKey.generate(SeededRng(2))

    assert RootKey.from_secret(root_key.secret) == root_key
    assert NodeKey.from_seed(node_key.seed).public_key_der == node_key.public_key_der
    assert RootKey.generate(SeededRng(1)) == root_key
    assert len(node_key.public_key_der) == 44


def test_a_state_root_is_signed_in_its_own_domain(root_key):
    signature = root_key.sign_state_root(root_hash(TREE))

    assert bls.verify(root_key.public_key_der, b"\x0dic-state-root" + root_hash(TREE), signature)
    assert not bls.verify(root_key.public_key_der, root_hash(TREE), signature)


def test_a_node_signature_verifies_with_an_independent_library():
    node_key = NodeKey.generate(SeededRng(3))

    Ed25519PublicKey.from_public_bytes(node_key.public_key_der[12:]).verify(node_key.sign(b"message"), b"message")
