"""Reading envelopes: what clients send is read, anything else is refused in words."""

from contextlib import suppress

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replica.certification.representation import hash_map
from replica.ingress.envelope import CallContent, ReadStateContent, parse_envelope
from replica.ingress.errors import IngressError
from replica.principal import ANONYMOUS, Principal
from tests.replica.ingress.identities import (
    ALICE,
    CANISTER,
    MINUTE_NS,
    NOW_NS,
    SESSION,
    content_of,
    delegate,
    envelope_of,
    read_state_of,
)


def test_a_call_is_read_whole():
    content = content_of(ALICE.principal, nonce=b"n")
    body = envelope_of(content, ALICE)

    envelope = parse_envelope(body)

    assert envelope.content == CallContent(
        "call", ALICE.principal, NOW_NS + MINUTE_NS, b"n", CANISTER, "hello", b"DIDL\x00\x00"
    )
    assert envelope.request_id == hash_map(content)
    assert envelope.sender_public_key_der == ALICE.public_key_der
    assert envelope.delegations == ()


def test_a_read_is_read_whole():
    body = envelope_of(read_state_of(ANONYMOUS, [b"time"], [b"canister", CANISTER]), None)

    content = parse_envelope(body).content

    assert content == ReadStateContent(
        ANONYMOUS, NOW_NS + MINUTE_NS, None, ((b"time",), (b"canister", bytes(CANISTER)))
    )


def test_a_delegation_is_read_whole():
    link = delegate(ALICE, SESSION, targets=[CANISTER], permissions="all")
    body = envelope_of(content_of(ALICE.principal), SESSION, [link], sender_pubkey=ALICE.public_key_der)

    (delegation,) = parse_envelope(body).delegations

    assert delegation.public_key_der == SESSION.public_key_der
    assert delegation.targets == frozenset([CANISTER])
    assert delegation.permissions == "all"
    assert delegation.delegation_hash == hash_map(link["delegation"])


def test_a_leading_tag_changes_nothing():
    body = envelope_of(content_of(ALICE.principal), ALICE)

    assert parse_envelope(b"\xd9\xd9\xf7" + body) == parse_envelope(body)


def test_members_the_replica_does_not_know_are_part_of_the_request_id():
    plain = parse_envelope(envelope_of(content_of(ANONYMOUS), None))
    with_more = parse_envelope(envelope_of(content_of(ANONYMOUS, something_new={"info": b"i"}), None))

    assert with_more.content == plain.content
    assert with_more.request_id != plain.request_id


def test_null_members_count_as_missing():
    content = content_of(ANONYMOUS)
    with_nulls = {
        "content": content | {"nonce": None},
        "sender_pubkey": None,
        "sender_sig": None,
        "sender_delegation": None,
    }

    assert parse_envelope(cbor2.dumps(with_nulls)) == parse_envelope(envelope_of(content, None))


WRONG_CONTENT = [
    {"request_type": None},
    {"request_type": "update"},
    {"request_type": 5},
    {"sender": None},
    {"sender": "2vxsx-fae"},
    {"sender": bytes(30)},
    {"canister_id": None},
    {"canister_id": bytes(30)},
    {"canister_id": [1]},
    {"method_name": None},
    {"method_name": b"hello"},
    {"arg": None},
    {"arg": "text"},
    {"ingress_expiry": None},
    {"ingress_expiry": -1},
    {"ingress_expiry": 2**64},
    {"ingress_expiry": 1.5},
    {"ingress_expiry": True},
    {"nonce": "text"},
    {"sender_info": b""},
    {"sender_info": {"info": b"", "signer": b""}},
    {"sender_info": {"info": "", "signer": b"", "sig": b""}},
    {"sender_info": {"info": b"", "signer": bytes(30), "sig": b""}},
    {"unknown": 1.5},
    {"unknown": False},
]


@pytest.mark.parametrize("request_type", ["call", "query"])
@pytest.mark.parametrize("changes", WRONG_CONTENT, ids=str)
def test_content_of_the_wrong_type_is_refused(request_type, changes):
    content = content_of(ANONYMOUS, request_type=request_type)
    parse_envelope(envelope_of(content, None))

    with pytest.raises(IngressError):
        parse_envelope(cbor2.dumps({"content": content | changes}))


@pytest.mark.parametrize("paths", [None, b"", [b"time"], [["time"]], [[1]], {}], ids=str)
def test_paths_of_the_wrong_type_are_refused(paths):
    with pytest.raises(IngressError):
        parse_envelope(cbor2.dumps({"content": read_state_of(ANONYMOUS) | {"paths": paths}}))


@pytest.mark.parametrize(
    "chain",
    [
        {},
        [5],
        [{}],
        [{"delegation": {}}],
        [{"delegation": {"pubkey": b"", "expiration": 1}}],
        [{"delegation": {"pubkey": b"", "expiration": "1"}, "signature": b""}],
        [{"delegation": {"pubkey": b"", "expiration": 1, "targets": CANISTER}, "signature": b""}],
        [{"delegation": {"pubkey": b"", "expiration": 1, "targets": ["aaaaa-aa"]}, "signature": b""}],
        [{"delegation": {"pubkey": b"", "expiration": 1, "targets": [bytes(30)]}, "signature": b""}],
        [{"delegation": {"pubkey": b"", "expiration": 1, "permissions": 1}, "signature": b""}],
    ],
    ids=str,
)
def test_delegations_of_the_wrong_type_are_refused(chain):
    with pytest.raises(IngressError):
        parse_envelope(envelope_of(content_of(ALICE.principal), ALICE, chain))


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"\x80", b"\xd9\xd9\xf7", b"\xa0", cbor2.dumps({"content": []}), b"\x81" * 500],
    ids=repr,
)
def test_what_is_no_envelope_is_refused(body):
    with pytest.raises(IngressError) as refused:
        parse_envelope(body)

    assert refused.value.status == 400


def test_bytes_after_an_envelope_are_refused():
    with pytest.raises(IngressError):
        parse_envelope(envelope_of(content_of(ANONYMOUS), None) + b"\x00")


@given(st.binary(max_size=200))
def test_random_bytes_never_end_in_another_error(body):
    with pytest.raises(IngressError):
        parse_envelope(body)


SIGNED = envelope_of(
    content_of(ALICE.principal, nonce=b"n"),
    SESSION,
    [delegate(ALICE, SESSION, targets=[Principal.from_counter(1)])],
    sender_pubkey=ALICE.public_key_der,
)


@given(st.integers(0, len(SIGNED) - 1), st.binary(max_size=6), st.integers(0, 6))
def test_damaged_envelopes_never_end_in_another_error(position, inserted, removed_count):
    damaged = SIGNED[:position] + inserted + SIGNED[position + removed_count :]

    with suppress(IngressError):
        parse_envelope(damaged)


@pytest.mark.parametrize("many", [[0] * 130_000, [[]] * 130_000, [{}] * 500_000, [["x"] * 1_000] * 130])
def test_a_request_is_not_hashed_element_by_element_without_end(many):
    body = envelope_of(content_of(ALICE.principal, more=many), ALICE)

    with pytest.raises(IngressError, match="it has more than 130000 elements"):
        parse_envelope(body)


@pytest.mark.parametrize(("member", "bytes_max"), [("sender_pubkey", 2048), ("sender_sig", 16_384)])
def test_keys_and_signatures_that_fill_the_memory_are_refused(member, bytes_max):
    envelope = cbor2.loads(envelope_of(content_of(ALICE.principal), ALICE))

    assert parse_envelope(cbor2.dumps(envelope | {member: bytes(bytes_max)}))
    with pytest.raises(IngressError, match=f"{member} has more than {bytes_max} bytes"):
        parse_envelope(cbor2.dumps(envelope | {member: bytes(bytes_max + 1)}))
