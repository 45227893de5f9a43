"""What pages of other origins may do through a browser on this machine: what anybody may do anywhere, and no more."""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import cbor2
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replica.http.access import AccessRules, allowed_host
from replica.http.limits import Limits
from replica.http.messages import HttpError, Request
from replica.management.interface import INTERFACE
from replica.principal import ANONYMOUS, MANAGEMENT
from tests.replica.http.web import Web
from tests.replica.ingress.identities import ALICE, content_of, envelope_of

EVIL = "http://evil.example"
OWN_ORIGINS = [
    "http://localhost:8080",
    "http://localhost:5173",
    "https://localhost",
    "http://127.0.0.1:3000",
    "http://[::1]:8080",
    "http://rdmx6-jaaaa-aaaaa-aaadq-cai.localhost:8080",
    "http://chat.example.org",
    "https://rdmx6-jaaaa-aaaaa-aaadq-cai.chat.example.org",
]
OTHER_ORIGINS = [
    EVIL,
    "null",
    "",
    "https://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    "http://notlocalhost",
    "http://notchat.example.org",
    "http://192.0.2.1:8080",
    "chrome-extension://localhost",
    "file://localhost",
    "http://[::1",
]


@pytest.fixture
def web(replica):
    web = Web(replica, allowed_hosts=frozenset({"chat.example.org"}))
    yield web
    web.close()


def call(web, method, arg, *, canister_id=MANAGEMENT, person=None, **headers: str) -> httpx.Response:
    sender = ANONYMOUS if person is None else person.principal
    content = content_of(sender, canister_id=canister_id, method_name=method, arg=arg)
    url = f"/api/v3/canister/{canister_id}/call"
    return web.post(url, envelope_of(content, person), headers={"content-type": "application/cbor", **headers})


def create(web, **headers: str) -> httpx.Response:
    method = "provisional_create_canister_with_cycles"
    arg = INTERFACE.encode_args(
        method, {"amount": None, "settings": None, "specified_id": None, "sender_canister_version": None}
    )
    return call(web, method, arg, **headers)


# -- The name: DNS rebinding -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080", "[::1]", "192.0.2.1"])
@pytest.mark.parametrize("path", ["/api/v2/status", "/_/health"])
def test_this_machine_and_addresses_are_served(web, host, path):
    assert web.get(path, headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["chat.example.org", "Chat.Example.org:8080", "anything.chat.example.org"])
def test_names_that_are_allowed_are_served(web, host):
    assert web.get("/api/v2/status", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "notchat.example.org", "localhost:", ""],
)
@pytest.mark.parametrize("path", ["/api/v2/status", "/_/health", "/", "/?canisterId=rdmx6-jaaaa-aaaaa-aaadq-cai"])
def test_a_name_of_mallorys_that_points_here_is_not_served(web, host, path):
    response = web.get(path, headers={"host": host})

    assert response.status_code == 403
    assert "--allow-host" in response.text


@pytest.mark.parametrize("hosts", [[], ["localhost", "localhost"], ["localhost", "evil.example"]])
def test_a_request_has_one_host(web, hosts):
    class Hosts(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:
            del request.headers["host"]
            request.headers = httpx.Headers([*request.headers.multi_items(), *(("host", host) for host in hosts)])
            yield request

    assert web.get("/api/v2/status", auth=Hosts()).status_code == 400


# -- The powers: cycles out of nothing -------------------------------------------------------------------------------


def test_programs_may_create_canisters(web):
    reply = cbor2.loads(create(web).content)

    assert reply["status"] == "replied"


@pytest.mark.parametrize("origin", OWN_ORIGINS)
def test_pages_of_our_own_may_create_canisters(web, origin):
    assert create(web, origin=origin).status_code == 200


@pytest.mark.parametrize("origin", OTHER_ORIGINS)
def test_pages_of_mallorys_may_not_create_canisters(web, replica, origin):
    before = replica.core.state_digest()

    response = create(web, origin=origin)

    assert response.status_code == 403
    assert "provisional_create_canister_with_cycles" in response.text
    assert web.core.tick_count == 0
    assert replica.core.state_digest() == before


def test_pages_of_mallorys_may_not_make_cycles(web, echo):
    arg = INTERFACE.encode_args("provisional_top_up_canister", {"canister_id": echo, "amount": 10**12})

    content = content_of(ANONYMOUS, canister_id=MANAGEMENT, method_name="provisional_top_up_canister", arg=arg)
    body = envelope_of(content, None)
    urls = [f"/api/{version}/canister/{echo}/call" for version in ("v2", "v3", "v4")]

    refused = [web.post(url, body, headers={"origin": EVIL}).status_code for url in urls]
    allowed = [web.post(url, body).status_code for url in urls]

    assert (refused, allowed) == ([403, 403, 403], [202, 200, 200])


def test_a_page_at_the_address_that_was_exposed_is_our_own(web):
    own = {"host": "192.0.2.1:8080", "origin": "http://192.0.2.1:8080"}

    assert create(web, **own).status_code == 200
    assert create(web, host="localhost:8080", origin="http://192.0.2.1:8080").status_code == 403


@pytest.mark.parametrize("origin", [EVIL, "null", *OWN_ORIGINS[:2]])
def test_every_origin_may_call_canisters_as_on_the_internet_computer(web, echo, origin):
    said = call(web, "say", b"hello", canister_id=echo, person=ALICE, origin=origin)
    status = web.get("/api/v2/status", headers={"origin": origin})

    for response in (said, status):
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == "*"


def test_every_origin_may_ask_for_leave_to_call(web, echo):
    asks = {"origin": EVIL, "access-control-request-method": "POST", "access-control-request-private-network": "true"}

    response = web.request("OPTIONS", f"/api/v3/canister/{echo}/call", headers=asks)

    assert response.status_code == 204
    # The browser asks its user, or refuses, before a public page may reach into a private network.
    assert "access-control-allow-private-network" not in response.headers


def test_answers_never_go_with_credentials(web):
    assert "access-control-allow-credentials" not in web.get("/api/v2/status", headers={"origin": EVIL}).headers


# -- The operator: what is below /_/ ---------------------------------------------------------------------------------


MACHINE = [
    {},
    {"origin": "http://localhost:5173"},
    {"origin": "http://127.0.0.1:8080"},
    {"host": "127.0.0.1:8080"},
    {"host": "[::1]"},
    {"sec-fetch-site": "same-origin", "sec-fetch-dest": "empty"},
    {"sec-fetch-site": "none", "sec-fetch-dest": "document"},
]
ELSEWHERE = [
    *({"origin": origin} for origin in OTHER_ORIGINS),
    *({"origin": origin} for origin in OWN_ORIGINS[5:]),
    {"host": "rdmx6-jaaaa-aaaaa-aaadq-cai.localhost:8080"},
    {"host": "chat.example.org"},
    {"host": "192.0.2.1"},
    {"x-forwarded-for": "127.0.0.1"},
    {"forwarded": "for=127.0.0.1"},
    {"via": "1.1 proxy"},
    *({"sec-fetch-site": "cross-site", "sec-fetch-dest": dest} for dest in ("script", "image", "iframe", "empty")),
]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("headers", MACHINE, ids=str)
def test_programs_and_pages_of_this_machine_reach_the_operators_pages(web, method, headers):
    # There is no such page, but that is for them to know.
    assert web.request(method, "/_/anything", headers=headers).status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_nobody_else_reaches_the_operators_pages(web, method, headers):
    response = web.request(method, "/_/anything", headers=headers)

    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers


def test_a_link_from_elsewhere_may_be_followed_and_a_form_from_there_is_not_taken(web):
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-dest": "document"}

    assert web.get("/_/anything", headers=headers).status_code == 404
    assert web.post("/_/anything", headers=headers).status_code == 403


def test_other_machines_do_not_reach_the_operators_pages(replica):
    web = Web(replica, peer="192.0.2.9")

    assert web.get("/_/anything").status_code == 403
    assert web.get("/_/health").status_code == 200
    web.close()


def test_the_operators_pages_are_not_framed_and_read_by_their_own_origins_only(web):
    plain = web.get("/_/anything")
    own = web.get("/_/anything", headers={"origin": "http://localhost:5173"})

    assert "access-control-allow-origin" not in plain.headers
    assert own.headers["access-control-allow-origin"] == "http://localhost:5173"
    for response in (plain, own, web.get("/", headers={"accept": "text/html"})):
        assert response.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert response.headers["x-content-type-options"] == "nosniff"
    assert "origin" in own.headers["vary"]


# -- How much --------------------------------------------------------------------------------------------------------


def test_more_requests_than_may_wait_are_told_to_come_back(replica, echo):
    web = Web(replica, limits=Limits(requests_max=2))
    url, body = (
        f"/api/v3/canister/{echo}/call",
        envelope_of(content_of(ANONYMOUS, canister_id=echo, method_name="say", arg=b""), None),
    )

    responses = web.post_all([(url, body)] * 3)

    assert sorted(response.status_code for response in responses) == [200, 200, 503]
    refused = next(response for response in responses if response.status_code == 503)
    assert refused.headers["retry-after"] == "1"
    assert web.post(url, body).status_code == 200
    web.close()


def test_more_bytes_than_all_may_send_at_once_are_refused(replica):
    web = Web(replica, limits=Limits(bodies_bytes_max=1000))

    assert web.post("/api/v2/status", bytes(1001)).status_code == 503
    assert web.post("/api/v2/status", bytes(1000)).status_code == 405
    assert web.post("/api/v2/status", bytes(1000)).status_code == 405
    web.close()


def test_a_body_that_is_announced_too_large_is_not_even_read(replica):
    web = Web(replica, limits=Limits(body_bytes_max=1000))

    async def endless() -> AsyncIterator[bytes]:
        yield b"1"
        raise AssertionError("the replica went on reading")

    announced = {"content-length": "1001"}

    assert web.request("POST", "/api/v2/status", content=endless(), headers=announced).status_code == 413
    web.close()


@given(host=st.binary(), origin=st.binary(), fetch_site=st.binary())
def test_any_header_is_understood_or_refused(host, origin, fetch_site):
    rules = AccessRules(frozenset({"chat.example.org"}))
    headers = ((b"host", host), (b"origin", origin), (b"sec-fetch-site", fetch_site))
    request = Request("GET", "/", "", headers, b"", "127.0.0.1")

    for check in (rules.check_host, rules.check_private):
        with suppress(HttpError):
            check(request)
    assert rules.is_own_origin(request) in (True, False)


def test_a_name_without_end_is_refused_and_not_repeated(web):
    response = web.get("/_/health", headers={"host": "x" * 5_000})

    assert response.status_code == 400
    assert len(response.content) < 100


@pytest.mark.parametrize("name", ["", ".", "..."])
def test_an_allowed_name_that_is_empty_allows_nothing(replica, name):
    web = Web(replica, allowed_hosts=frozenset((name,)))

    assert web.get("/_/health", headers={"host": "rebind.example."}).status_code == 403
    assert create(web, origin="null").status_code == 403
    assert create(web, origin="https://mallory.example.").status_code == 403
    web.close()


@pytest.mark.parametrize("text", ["", ".", "*", "http://chat.example.org", "chat.example.org:8080", "two words"])
def test_what_is_no_name_of_a_host_is_not_taken_for_one(text):
    with pytest.raises(ValueError, match="no name"):
        allowed_host(text)


def test_bytes_count_until_they_are_answered(replica, echo):
    body = envelope_of(content_of(ANONYMOUS, canister_id=echo, method_name="say", arg=bytes(600)), None)
    web = Web(replica, limits=Limits(bodies_bytes_max=len(body) + 100))
    url = f"/api/v3/canister/{echo}/call"

    responses = web.post_all([(url, body)] * 2)

    assert sorted(response.status_code for response in responses) == [200, 503]
    assert web.post(url, body).status_code == 200
    web.close()
