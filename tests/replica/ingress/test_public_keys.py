"""Public keys: one encoding each, everything else is refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from replica.ingress.errors import InvalidSignature
from replica.ingress.public_keys import parse_public_key
from tests.replica.ingress import identities
from tests.replica.ingress.identities import ALICE, BOB, CAROL, DAVE

WEBAUTHN = identities.webauthn_es256()
WELL_FORMED = {"Ed25519": ALICE, "secp256k1": BOB, "P-256": CAROL, "canister": DAVE, "WebAuthn": WEBAUTHN}


@pytest.mark.parametrize("identity", WELL_FORMED.values(), ids=WELL_FORMED.keys())
def test_only_the_exact_encoding_of_a_key_is_accepted(identity):
    der = identity.public_key_der

    parse_public_key(der)
    for malformed in (der[:-1], der + b"\x00", b"", der[:1], der[:2], b"\x31" + der[1:], b"\x30\x81" + der[1:]):
        with pytest.raises(InvalidSignature):
            parse_public_key(malformed)


@pytest.mark.parametrize("identity", [BOB, CAROL])
def test_points_must_be_uncompressed_and_on_their_curve(identity):
    der = identity.public_key_der
    prefix, point = der[:23] if identity is BOB else der[:26], der[-65:]

    for bad_point in (b"\x02" + point[1:], b"\x06" + point[1:], b"\x04" + bytes(64), point[:33]):
        with pytest.raises(InvalidSignature):
            parse_public_key(prefix + bad_point)


def test_plain_rsa_keys_are_refused_by_name():
    key = rsa.generate_private_key(65537, 2048).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    with pytest.raises(InvalidSignature, match="RSA signatures are not allowed except in webauthn context"):
        parse_public_key(der)


@pytest.mark.parametrize(
    "cose",
    [
        {},
        {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)},  # not on the curve
        {1: 2, 3: -7, -1: 1, -2: bytes(31), -3: bytes(32)},
        {1: 2, 3: -35, -1: 2, -2: bytes(48), -3: bytes(48)},  # ES384
        {1: 3, 3: -257, -1: b"\x01", -2: b"\x03"},
        {1: 3, 3: -257, -1: b"\xff" * 1025, -2: b"\x03"},
        {1: 1, 3: -8, -1: 6, -2: bytes(31)},
        {"1": 2},
    ],
)
def test_cose_keys_of_other_kinds_are_refused(cose):
    identity = identities.webauthn_identity(cose, lambda data: data)

    with pytest.raises(InvalidSignature):
        parse_public_key(identity.public_key_der)


@given(st.binary(max_size=80))
def test_random_bytes_are_no_key(data):
    with pytest.raises(InvalidSignature):
        parse_public_key(data)


@pytest.mark.parametrize("identity", WELL_FORMED.values(), ids=WELL_FORMED.keys())
@given(signature=st.binary(max_size=80))
def test_random_bytes_are_no_signature(identity, signature):
    with pytest.raises(InvalidSignature):
        parse_public_key(identity.public_key_der).verify(b"message", signature, identities.ROOT_KEY.public_key_der)
