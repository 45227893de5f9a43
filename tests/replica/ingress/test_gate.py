"""The gate: does the URL fit the content, and does the delegation reach that far."""

import pytest

from replica.candid.codec import encode
from replica.candid.types import BLOB, Field, Prim, Record, field_id
from replica.ingress.errors import IngressError
from replica.ingress.gate import (
    ARG_BYTES_MAX,
    METHOD_NAME_BYTES_MAX,
    admit_call,
    admit_query,
    admit_read_state,
    admit_subnet_query,
)
from replica.principal import ANONYMOUS, MANAGEMENT, Principal
from replica.routing.requests import CallRequest, QueryRequest, ReadStateRequest
from tests.replica.ingress.identities import (
    ALICE,
    CANISTER,
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

TRUST = {"now_ns": NOW_NS, "root_key_der": ROOT_KEY.public_key_der}


def refusal_of(admit, body, url):
    with pytest.raises(IngressError) as refused:
        admit(body, url, **TRUST)
    assert refused.value.status == 400
    return refused.value.text


def delegated(content, **limits: object) -> bytes:
    return envelope_of(content, SESSION, [delegate(ALICE, SESSION, **limits)], sender_pubkey=ALICE.public_key_der)


def management_call(method_name, **record: bytes) -> dict:
    fields = [
        (name, value, Prim("principal") if isinstance(value, Principal) else BLOB) for name, value in record.items()
    ]
    kind = Record(tuple(Field(field_id(name), name, field_type) for name, _, field_type in fields))
    arg = encode([kind], [record])
    return content_of(ALICE.principal, canister_id=MANAGEMENT, method_name=method_name, arg=arg)


def test_requests_arrive_at_routing_as_they_were_sent():
    call = envelope_of(content_of(ALICE.principal), ALICE)
    query = envelope_of(content_of(ALICE.principal, request_type="query"), ALICE)
    read = envelope_of(read_state_of(ALICE.principal, [b"time"]), ALICE)

    admitted = admit_call(call, CANISTER, **TRUST)

    assert admitted == CallRequest(
        admitted.request_id, ALICE.principal, CANISTER, "hello", b"DIDL\x00\x00", NOW_NS + MINUTE_NS, CANISTER
    )
    asked = admit_query(query, CANISTER, **TRUST)
    assert asked == QueryRequest(asked.request_id, ALICE.principal, CANISTER, "hello", b"DIDL\x00\x00", CANISTER)
    assert admit_read_state(read, CANISTER, **TRUST) == ReadStateRequest(ALICE.principal, ((b"time",),), CANISTER)
    assert admit_read_state(read, None, **TRUST) == ReadStateRequest(ALICE.principal, ((b"time",),), None)


def test_a_request_of_one_kind_is_refused_at_the_url_of_another():
    call = envelope_of(content_of(ANONYMOUS), None)
    query = envelope_of(content_of(ANONYMOUS, request_type="query"), None)
    read = envelope_of(read_state_of(ANONYMOUS, [b"time"]), None)

    for admit, wrong in ((admit_call, query), (admit_call, read), (admit_query, call), (admit_query, read)):
        assert refusal_of(admit, wrong, CANISTER).startswith("Unexpected request type")
    for wrong in (call, query):
        assert refusal_of(admit_read_state, wrong, CANISTER).startswith("Unexpected request type")


def test_a_request_goes_to_the_url_of_its_canister_only():
    call = envelope_of(content_of(ANONYMOUS), None)
    query = envelope_of(content_of(ANONYMOUS, request_type="query"), None)

    admit_call(call, CANISTER, **TRUST)
    admit_query(query, CANISTER, **TRUST)
    for url in (OTHER_CANISTER, MANAGEMENT, ALICE.principal):
        assert "does not match" in refusal_of(admit_call, call, url)
        assert "does not match" in refusal_of(admit_query, query, url)


def test_what_cannot_be_a_canister_is_not_hosted():
    body = envelope_of(content_of(ANONYMOUS, canister_id=ALICE.principal), None)

    assert refusal_of(admit_call, body, ALICE.principal).startswith("canister_not_found")


def test_management_calls_go_to_the_url_of_the_canister_they_are_about():
    stop = envelope_of(management_call("stop_canister", canister_id=CANISTER), ALICE)
    install = envelope_of(
        management_call("install_chunked_code", target_canister=CANISTER, store_canister=OTHER_CANISTER, arg=b""), ALICE
    )

    admit_call(stop, CANISTER, **TRUST)
    admit_call(install, CANISTER, **TRUST)
    for body in (stop, install):
        assert "does not match" in refusal_of(admit_call, body, OTHER_CANISTER)
        assert "does not match" in refusal_of(admit_call, body, MANAGEMENT)


@pytest.mark.parametrize("url", [MANAGEMENT, CANISTER])
def test_creation_goes_to_any_url(url):
    body = envelope_of(management_call("provisional_create_canister_with_cycles"), ALICE)

    admit_call(body, url, **TRUST)


@pytest.mark.parametrize("arg", [b"", b"not candid", b"DIDL\x00\x00"])
def test_arguments_that_name_no_canister_are_left_to_the_management_canister(arg):
    content = content_of(ALICE.principal, canister_id=MANAGEMENT, method_name="stop_canister", arg=arg)

    admit_call(envelope_of(content, ALICE), CANISTER, **TRUST)


def test_arguments_have_at_most_two_mebibytes():
    largest = envelope_of(content_of(ANONYMOUS, arg=bytes(ARG_BYTES_MAX)), None)
    too_large = envelope_of(content_of(ANONYMOUS, arg=bytes(ARG_BYTES_MAX + 1)), None)

    admit_call(largest, CANISTER, **TRUST)
    with pytest.raises(IngressError) as refused:
        admit_call(too_large, CANISTER, **TRUST)
    assert refused.value.status == 413


@pytest.mark.parametrize(("admit", "kind"), [(admit_call, "call"), (admit_query, "query")])
def test_the_names_of_methods_are_bounded_in_bytes(admit, kind):
    def named(name: str) -> bytes:
        return envelope_of(content_of(ANONYMOUS, request_type=kind, method_name=name), None)

    assert admit(named("x" * METHOD_NAME_BYTES_MAX), CANISTER, **TRUST).method_name == "x" * METHOD_NAME_BYTES_MAX
    for name in ("x" * (METHOD_NAME_BYTES_MAX + 1), "\u00e9" * (METHOD_NAME_BYTES_MAX // 2 + 1)):
        with pytest.raises(IngressError, match="The method name has") as refused:
            admit(named(name), CANISTER, **TRUST)
        assert refused.value.status == 413


def test_a_delegation_reaches_its_targets_only():
    call = delegated(content_of(ALICE.principal), targets=[CANISTER])
    elsewhere = delegated(content_of(ALICE.principal), targets=[OTHER_CANISTER])
    nowhere = delegated(content_of(ALICE.principal), targets=[])

    admit_call(call, CANISTER, **TRUST)
    for body in (elsewhere, nowhere):
        assert refusal_of(admit_call, body, CANISTER) == (
            f"Canister '{CANISTER}' is not one of the delegation targets."
        )


def test_management_calls_need_the_management_canister_as_target():
    content = management_call("stop_canister", canister_id=CANISTER)

    admit_call(delegated(content, targets=[MANAGEMENT]), CANISTER, **TRUST)
    assert "delegation targets" in refusal_of(admit_call, delegated(content, targets=[CANISTER]), CANISTER)


def test_reads_about_a_canister_need_it_as_target():
    content = read_state_of(ALICE.principal, [b"time"], [b"canister", CANISTER, b"module_hash"])

    admit_read_state(delegated(content, targets=[CANISTER]), CANISTER, **TRUST)
    refusal = refusal_of(admit_read_state, delegated(content, targets=[OTHER_CANISTER]), CANISTER)
    assert "delegation targets" in refusal


def test_targets_go_along_with_reads_of_a_status_since_only_routing_knows_the_call():
    content = read_state_of(ALICE.principal, [b"request_status", bytes(32)])

    read = admit_read_state(delegated(content, targets=[MANAGEMENT]), CANISTER, version=3, **TRUST)

    assert (read.targets, read.version) == (frozenset([MANAGEMENT]), 3)


def test_state_is_read_under_the_id_of_a_canister():
    about_canister = envelope_of(read_state_of(ANONYMOUS, [b"canister", MANAGEMENT, b"module_hash"]), None)
    about_subnet = envelope_of(read_state_of(ANONYMOUS, [b"subnet"]), None)

    admit_read_state(about_subnet, CANISTER, **TRUST)
    for body in (about_canister, about_subnet):
        assert refusal_of(admit_read_state, body, MANAGEMENT).startswith("canister_not_found")
        assert refusal_of(admit_read_state, body, ALICE.principal).startswith("canister_not_found")


def test_whoever_created_a_canister_polls_where_the_call_went():
    polled = envelope_of(read_state_of(ANONYMOUS, [b"request_status", bytes(32)], [b"time"]), None)

    admit_read_state(polled, MANAGEMENT, **TRUST)


@pytest.mark.parametrize("method_name", ["canister_status", "list_canisters"])
def test_queries_of_the_management_canister_are_not_routed_by_its_own_id(method_name):
    body = envelope_of(management_call(method_name) | {"request_type": "query"}, ALICE)

    admit_query(body, CANISTER, **TRUST)
    assert refusal_of(admit_query, body, MANAGEMENT).startswith("canister_not_found")


def test_a_subnet_is_asked_for_its_canisters_only():
    question = management_call("list_canisters") | {"request_type": "query"}

    asked = admit_subnet_query(envelope_of(question, ALICE), **TRUST)

    assert (asked.canister_id, asked.method_name) == (MANAGEMENT, "list_canisters")
    for changes in ({"method_name": "raw_rand"}, {"canister_id": CANISTER}, {"request_type": "call"}):
        with pytest.raises(IngressError):
            admit_subnet_query(envelope_of(question | changes, ALICE), **TRUST)
    with pytest.raises(IngressError, match="delegation targets"):
        admit_subnet_query(delegated(question, targets=[CANISTER]), **TRUST)


def test_a_delegation_for_queries_makes_no_calls():
    query = content_of(ALICE.principal, request_type="query")

    admit_query(delegated(query, permissions="queries"), CANISTER, **TRUST)
    admit_read_state(delegated(read_state_of(ALICE.principal, [b"time"]), permissions="queries"), CANISTER, **TRUST)
    refusal = refusal_of(admit_call, delegated(content_of(ALICE.principal), permissions="queries"), CANISTER)
    assert refusal == "Invalid delegation: its permissions allow queries only."
