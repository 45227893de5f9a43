"""What a browser gets around a page: headers, sizes, and a reason that helps when there is no page."""

from dataclasses import replace

import pytest

from replica.principal import Principal
from replica.routing import rejects
from tests.replica.http.certified_pages import SKIP, Page, Site

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAGE = Page(("<*>",), b"hello", expression=SKIP)


@pytest.fixture
def site():
    return Site([PAGE])


@pytest.fixture
def canister(replica, engine, site):
    return replica.canister(engine.define("open", queries={"http_request": site.http_request}, init=site.certify))


@pytest.fixture
def get(web, canister):
    def get_page(method: str = "GET", *, host: object = None, **headers: str) -> object:
        return web.request(method, "/", headers={"host": f"{host or canister}.localhost", **headers})

    return get_page


def with_headers(*headers: tuple[str, str]) -> Page:
    return replace(PAGE, more_headers=headers)


def test_each_answer_has_a_number_of_its_own(get, canister):
    first, second = get(**{"x-request-id": "mine"}), get()

    assert first.headers["x-ic-canister-id"] == canister.text
    assert len({first.headers["x-request-id"], second.headers["x-request-id"], "mine"}) == 3
    assert "x-request-id" in first.headers["access-control-expose-headers"]


def test_headers_of_the_connection_are_not_the_canisters(get, site):
    hop_by_hop = ["Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Proxy-Connection"]
    site.pages = [
        with_headers(
            *((name, "x") for name in hop_by_hop), ("X-IC-Canister-Id", "x"), ("Date", "x"), ("Content-Length", "999")
        )
    ]

    response = get()

    assert not {name.lower() for name in hop_by_hop} & set(response.headers)
    assert response.headers.get_list("x-ic-canister-id") != ["x"]
    assert response.headers["content-length"] == "5"


def test_headers_keep_their_bytes(get, site):
    site.pages = [with_headers(("X-Name", "Zoë"), ("ETag", '"1"'), ("Vary", "accept"), ("Content-Encoding", "br"))]

    response = get("HEAD")

    raw = {name.lower(): value for name, value in response.headers.raw}
    assert raw[b"x-name"] == "Zoë".encode()
    assert (raw[b"etag"], raw[b"vary"], raw[b"content-encoding"]) == (b'"1"', b"accept", b"br")


def test_a_compressed_body_is_passed_on_as_it_is(get, site):
    # Nobody here knows this encoding, so nothing takes it off again.
    site.pages = [replace(with_headers(("Content-Encoding", "compress")), body=b"\x1f\x9dhello")]

    response = get()

    assert (response.headers["content-encoding"], response.content) == ("compress", b"\x1f\x9dhello")


def test_to_head_a_canister_may_say_how_much_there_would_be(get, site):
    site.pages = [replace(with_headers(("Content-Length", "1234")), body=b"")]

    assert get("HEAD").headers["content-length"] == "1234"
    assert get().headers["content-length"] == "0"


def test_a_browser_that_has_the_page_is_told_so(get, site):
    site.pages = [replace(with_headers(("ETag", '"1"')), status=304, body=b"")]

    response = get(**{"if-none-match": '"1"'})

    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == '"1"'
    assert dict(site.asked[0]["headers"])["if-none-match"] == '"1"'


def test_preflights_are_answered_for_the_canister(get, site):
    response = get("OPTIONS", origin="http://evil.example")

    assert response.status_code == 204
    assert response.headers["access-control-max-age"] == "600"
    assert site.asked == []


def test_a_canister_learns_where_a_form_came_from(get, site):
    get("POST", origin="http://evil.example", referer="http://evil.example/form", cookie="session=1")

    headers = dict(site.asked[0]["headers"])
    assert (headers["origin"], headers["referer"]) == ("http://evil.example", "http://evil.example/form")


# -- When there is no page -------------------------------------------------------------------------------------------


def test_who_looks_for_a_canister_that_is_not_there_is_told_where_to_look(get):
    nowhere = Principal.from_counter(99)

    response = get(host=nowhere)

    assert response.status_code == 400
    assert response.text.startswith(f"canister_not_found: Canister {nowhere} not found\n")
    assert "python -m parley status" in response.text


def test_a_canister_without_pages_says_what_it_would_need(get, echo):
    response = get(host=echo)

    assert response.status_code == 503
    assert "query method `http_request`" in response.text


def test_a_canister_without_code_says_that_it_is_empty(get, replica):
    response = get(host=replica.create_canister())

    assert response.status_code == 503
    assert "install code in it" in response.text


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "image/avif,*/*"])
def test_programs_get_the_reason_as_text(get, echo, accept):
    response = get(host=echo, accept=accept)

    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"


def test_people_get_the_reason_as_a_page(get, echo):
    response = get(host=echo, **BROWSER)

    assert response.status_code == 503
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "has no query method &#x27;http_request&#x27;" in response.text
    assert "<code>http_request</code>" in response.text
    assert "503 Service Unavailable" in response.text
    assert response.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


def test_what_a_canister_says_is_text_on_the_page(replica, engine, get):
    def http_request(ic, arg) -> None:
        ic.reject("<script>alert(1)</script>{hint}{status}")

    canister = replica.canister(engine.define("evil", queries={"http_request": http_request}))

    page = get(host=canister, **BROWSER).text

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{hint}{status}" in page


def test_agents_never_get_a_page(web):
    response = web.post("/api/v2/canister/nonsense/query", headers=BROWSER)

    assert (response.status_code, response.headers["content-type"]) == (400, "text/plain; charset=utf-8")


def test_a_queue_that_is_full_says_when_to_come_back(web, get, replica, engine, site, monkeypatch):
    site.change = {"upgrade": True}

    async def full(call: object, *, timeout_seconds: float) -> bytes:
        raise rejects.too_many_arrivals()

    monkeypatch.setattr(web.app._core, "call", full)

    response = get()

    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
