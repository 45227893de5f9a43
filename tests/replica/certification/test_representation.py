"""The representation-independent hash: published vectors, and values from other implementations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replica.certification.representation import NotHashable, hash_map, hash_value, leb128
from replica.principal import Principal

ALICE = Principal.from_text("yavxl-ppty4-enezb-hcalr-cdgzv-zoexx-7od3c-urvk6-rfzs4-552ct-7ae")
LEDGER = Principal.from_text("ryjl3-tyaaa-aaaaa-aaaba-cai")
EXPIRY_NS = 1700000000000000000
QUERY = {
    "request_type": "query",
    "sender": ALICE,
    "ingress_expiry": EXPIRY_NS,
    "canister_id": LEDGER,
    "method_name": "icrc1_fee",
    "arg": bytes.fromhex("4449444c0000"),
}
SECOND_KEY_DER = bytes.fromhex(
    "302a300506032b6570032100" + "29acbae141bccaf0b22e1a94d34d0bc7361e526d0bfe12c89794bc9322966dd7"
)
QUERY_ID = "c193f58ba39ab0f49d0f8b494c02ead80d8d03584331aebf1ecb0724b2cf4c87"
DELEGATION = {"pubkey": SECOND_KEY_DER, "expiration": 1800000000000000000}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            # Interface spec, "Request ids".
            {
                "request_type": "call",
                "sender": b"\x04",
                "ingress_expiry": 1685570400000000000,
                "canister_id": bytes.fromhex("00000000000004d2"),
                "method_name": "hello",
                "arg": bytes.fromhex("4449444c00fd2a"),
            },
            "1d1091364d6bb8a6c16b203ee75467d59ead468f523eb058880ae8ec80e2b101",
        ),
        (QUERY, QUERY_ID),
        (
            QUERY | {"request_type": "call", "nonce": bytes(range(16))},
            "29033e969f29a6e04c11ec07540665158c39379d0054272c99772de7724c18e7",
        ),
        (
            {
                "request_type": "read_state",
                "sender": b"\x04",
                "ingress_expiry": EXPIRY_NS,
                "paths": [[b"time"], [b"canister", LEDGER, b"module_hash"]],
            },
            "50e5ed53e881e93f03279834793b443f9de8a70ccde633b78420828ad3798cb3",
        ),
        (DELEGATION, "97aada477bf0684c68c96c8b09e74fc18aeb9150279f684293a98c35c715c9de"),
        (DELEGATION | {"targets": [LEDGER]}, "d5a152ec57b93191970f38588297f328b9ecdf76b488fe86b85bce8f73bccc73"),
        (
            {
                "status": "replied",
                "reply": {"arg": bytes.fromhex("4449444c00017d904e")},
                "timestamp": EXPIRY_NS,
                "request_id": bytes.fromhex(QUERY_ID),
            },
            "a3fc1192c0d72b884df2bdeddc7fc965ed36e9fb9adead6fe04ef99c1033963a",
        ),
    ],
)
def test_hashes_are_those_of_the_vectors(content, expected):
    assert hash_map(content).hex() == expected


def test_absent_and_null_members_hash_alike():
    assert hash_map(QUERY | {"nonce": None}) == hash_map(QUERY)


@pytest.mark.parametrize("value", [1.5, True, -1, None, {1: b""}, object()])
def test_values_without_a_defined_hash_are_refused(value):
    with pytest.raises(NotHashable):
        hash_value([value])


def test_naturals_are_written_in_groups_of_seven_bits():
    assert leb128(0) == b"\x00"
    assert leb128(127) == b"\x7f"
    assert leb128(128) == b"\x80\x01"
    assert leb128(EXPIRY_NS).hex() == "8080a8b1e39fe7cb17"


hashable = st.recursive(
    st.binary(max_size=4) | st.text(max_size=4) | st.integers(min_value=0),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), hashable, max_size=5))
def test_the_order_of_keys_does_not_matter(content):
    assert hash_map(dict(reversed(content.items()))) == hash_map(content)
