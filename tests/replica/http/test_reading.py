"""The endpoints that read certified state: whose paths, at which URL, and what the certificate proves.

Topic "read_state" of the conformance inventory; which paths may be read at all is in routing/test_read_state.py.
"""

import httpx
import pytest

from replica.certification.hash_tree import Absent, Found, Leaf, lookup, lookup_value
from replica.ingress.envelope import parse_envelope
from replica.management.interface import INTERFACE
from replica.principal import ANONYMOUS, MANAGEMENT
from tests.replica.http.signed import call_of, certified, verified_by_node
from tests.replica.http.web import Web
from tests.replica.ingress.identities import ALICE, MALLORY, Identity, content_of, envelope_of, read_state_of


def test_admins_ask_the_subnet_for_its_canisters_at_its_own_url(replica, echo):
    replica.restart(subnet_admins=frozenset((ALICE.principal,)))
    web = Web(replica)
    url = f"/api/v3/subnet/{replica.core.subnet_id}/query"

    def question(person: Identity, **changes: object) -> bytes:
        method = {"canister_id": MANAGEMENT, "method_name": "list_canisters"}
        return envelope_of(content_of(person.principal, request_type="query", **(method | changes)), person)

    reply = web.cbor(url, question(ALICE))
    (listed,) = INTERFACE.decode_results("list_canisters", reply["reply"]["arg"])
    refused = web.cbor(url, question(MALLORY))

    assert listed == {"canisters": [{"start": echo, "end": echo}]}
    assert verified_by_node(web, replica, echo, reply, parse_envelope(question(ALICE)).request_id)
    assert (refused["status"], refused["error_code"]) == ("rejected", "IC0410")
    assert web.post(url, question(ALICE, canister_id=echo)).status_code == 400
    assert web.post(f"/api/v3/subnet/{ALICE.principal}/query", question(ALICE)).status_code == 400
    web.close()


@pytest.mark.parametrize(("version", "status"), [("v2", 200), ("v3", 400)])
def test_version_three_shows_ranges_in_the_older_layout_for_the_root_subnet_only(web, replica, echo, version, status):
    def status_of(subnet_id: bytes) -> int:
        body = envelope_of(read_state_of(ANONYMOUS, [b"subnet", subnet_id, b"canister_ranges"]), None)
        response: httpx.Response = web.post(f"/api/{version}/canister/{echo}/read_state", body)
        return response.status_code

    assert status_of(replica.core.subnet_id) == 200
    assert status_of(ALICE.principal) == status


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_the_state_of_the_subnet_is_read_at_its_own_url(web, replica, echo, version):
    subnet_id = replica.core.subnet_id
    body = envelope_of(read_state_of(ANONYMOUS, [b"canister_ranges", subnet_id], [b"time"]), None)

    tree = certified(replica, web.cbor(f"/api/{version}/subnet/{subnet_id}/read_state", body))

    assert isinstance(lookup(tree, (b"canister_ranges", subnet_id)), Found)
    other = web.post(f"/api/{version}/subnet/{ALICE.principal}/read_state", body)
    assert other.status_code == 400


def test_what_is_absent_is_proved_absent(web, replica, echo):
    paths = [[b"request_status", bytes(32)], [b"canister", echo, b"metadata", b"no such"]]
    body = envelope_of(read_state_of(ANONYMOUS, *paths), None)

    tree = certified(replica, web.read_state(echo, body))

    assert lookup(tree, (b"request_status", bytes(32))) == Absent()
    assert lookup(tree, (b"canister", echo, b"metadata", b"no such")) == Absent()
    assert lookup(tree, (b"canister", echo, b"certified_data")) != Found(Leaf(b""))


@pytest.mark.parametrize(
    "path", [[], [b"canister"], [b"canister", b"", b"certified_data"], [b"canister_ranges"], [b"request_status"]]
)
def test_paths_that_may_not_be_read_are_refused(web, echo, path):
    response = web.post(f"/api/v2/canister/{echo}/read_state", envelope_of(read_state_of(ANONYMOUS, path), None))

    assert (response.status_code, response.text) == (400, "Invalid path requested.")


def test_the_status_of_a_request_is_its_senders_own(web, replica, echo):
    body, request_id = call_of(echo)
    web.call(echo, body)
    path = [b"request_status", request_id]

    alices = web.read_state(echo, envelope_of(read_state_of(ALICE.principal, path), ALICE))
    mallorys = web.post(
        f"/api/v2/canister/{echo}/read_state", envelope_of(read_state_of(MALLORY.principal, path), MALLORY)
    )

    assert lookup_value(certified(replica, alices), (*path, b"status")) == b"replied"
    assert (mallorys.status_code, mallorys.text) == (
        403,
        "The user tries to access Request ID not signed by the caller.",
    )


def test_who_creates_a_canister_polls_under_the_management_canister(web, replica):
    arg = INTERFACE.encode_args("provisional_create_canister_with_cycles", {})
    body, request_id = call_of(MANAGEMENT, "provisional_create_canister_with_cycles", arg)
    path = [b"request_status", request_id]

    assert web.post(f"/api/v2/canister/{MANAGEMENT}/call", body).status_code == 202
    poll = envelope_of(read_state_of(ALICE.principal, path), ALICE)

    assert lookup_value(certified(replica, web.read_state(MANAGEMENT, poll)), (*path, b"status")) == b"replied"
