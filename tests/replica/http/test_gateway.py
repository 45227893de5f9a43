"""Pages of canisters in a browser: found, asked for, verified, passed on."""

from dataclasses import replace

import pytest

from replica.principal import Principal
from tests.replica.http.certified_pages import SKIP, Page, Site
from tests.replica.http.web import Web

INDEX = Page(("", "<$>"), b"<h1>hello</h1>", content_type="text/html")
PAGE = Page(("about", "<$>"), b"about us")
FALLBACK = Page(("<*>",), b"not here", status=404)


@pytest.fixture
def site():
    return Site([INDEX, PAGE, FALLBACK])


@pytest.fixture
def canister(replica, engine, site):
    module = engine.define(
        "site",
        queries={"http_request": site.http_request, "stream": site.stream},
        updates={"http_request_update": site.http_request_update},
        init=site.certify,
    )
    return replica.canister(module)


@pytest.fixture
def get(web, canister):
    def get_page(path, *, host=None, method="GET", **options: object) -> object:
        headers = {"host": host or f"{canister}.localhost:8080", **options.pop("headers", {})}
        return web.request(method, path, headers=headers, **options)

    return get_page


def test_a_certified_page_is_passed_on(get, canister):
    response = get("/")

    assert (response.status_code, response.text) == (200, "<h1>hello</h1>")
    assert response.headers["content-type"] == "text/html"
    assert response.headers["x-ic-canister-id"] == canister.text
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_fallback_is_passed_on_where_nothing_more_specific_exists(get):
    response = get("/nowhere/at/all?really=yes")

    assert (response.status_code, response.text) == (404, "not here")


@pytest.mark.parametrize(
    ("path", "text"), [("/%2Fabout", "about us"), ("/%2F/", "<h1>hello</h1>"), ("/about//", "not here")]
)
def test_empty_segments_of_a_path_do_not_count(get, path, text):
    assert get(path).text == text


@pytest.mark.parametrize("path", ["/a" * 501, "/" + "a%2F" * 501])
def test_a_path_that_would_take_long_to_prove_is_refused(get, site, path):
    response = get(path)

    assert (response.status_code, response.text) == (414, "The path has more than 500 segments.")
    assert site.asked == []


def test_the_canister_sees_the_request_as_it_was_sent(get, site):
    get("/about?x=%20y", headers={"accept-encoding": "gzip", "x-request-id": "7", "x-mine": "1"})

    (asked,) = site.asked
    headers = dict(asked["headers"])
    assert (asked["method"], asked["url"], asked["body"]) == ("GET", "/about?x=%20y", b"")
    assert asked["certificate_version"] == 2
    assert headers["accept-encoding"] == "gzip, identity"
    assert headers["x-mine"] == "1"
    assert "x-request-id" not in headers


def test_only_certified_headers_are_passed_on(get, site):
    site.pages[1] = replace(PAGE, more_headers=(("Set-Cookie", "stolen=1"), ("X-Frame-Options", "DENY")))

    response = get("/about")

    assert response.status_code == 200
    assert "set-cookie" not in response.headers
    assert response.headers["content-type"] == "text/plain"


@pytest.mark.parametrize(
    "change",
    [
        {"body": b"forged"},
        {"status_code": 201},
        {"headers": []},
        {"headers": [("IC-Certificate", "nonsense")]},
        {"headers": [("IC-Certificate", "certificate=:AAAA:, tree=:AAAA:, expr_path=:AAAA:, version=2")]},
        {"headers": [("IC-Certificate", "certificate=:AAAA:, tree=:AAAA:, version=1")]},
    ],
    ids=str,
)
def test_a_page_that_was_not_certified_is_not_passed_on(get, site, change):
    assert get("/about").status_code == 200

    site.change = change
    response = get("/about")

    assert response.status_code == 503
    assert "failed verification" in response.text
    assert b"forged" not in response.content


def test_a_header_other_than_the_certified_one_is_noticed(get, site):
    site.pages[1] = replace(PAGE, content_type="text/html")

    assert get("/about").status_code == 503


def test_the_certificate_of_one_page_does_not_serve_another(get, site):
    # The canister's tree says one thing, its answer another: the root page's proof for the path of another.
    site.pages = [replace(INDEX, path=("about", "<$>"))]

    assert get("/about").status_code == 503


def test_a_fallback_does_not_hide_a_page(get, site, monkeypatch):
    monkeypatch.setattr(site, "_find", lambda url: FALLBACK)

    response = get("/about")

    assert response.status_code == 503
    assert "more specific" in response.text


def test_a_page_may_be_served_uncertified_on_purpose(replica, engine, web):
    site = Site([Page(("<*>",), b"anything", expression=SKIP, more_headers=(("X-Mine", "1"),))])
    canister = replica.canister(engine.define("open", queries={"http_request": site.http_request}, init=site.certify))

    response = web.get("/whatever", headers={"host": f"{canister}.localhost"})

    assert (response.status_code, response.text) == (200, "anything")
    assert response.headers["x-mine"] == "1"


def test_raw_hosts_show_pages_unverified(get, site, canister):
    site.change = {"body": b"unproven"}

    response = get("/about", host=f"{canister}.raw.localhost:8080")

    assert (response.status_code, response.text) == (200, "unproven")


def test_an_old_certificate_is_made_fresh_before_it_is_shown(get, clock):
    clock.advance(hours=2)

    assert get("/about").status_code == 200


def test_a_long_body_is_streamed_and_verified_as_a_whole(get, site):
    site.chunk_bytes = 3

    assert get("/about").text == "about us"

    site.change = {"body": b"xyz"}
    assert get("/about").status_code == 503


def test_a_stream_stays_with_its_canister(get, site):
    site.chunk_bytes = 3
    site.callback_canister = Principal.from_counter(1)

    response = get("/about")

    assert response.status_code == 503
    assert "another canister" in response.text


def test_a_request_may_ask_to_be_an_update(get, site):
    site.change = {"upgrade": True, "body": b"", "headers": []}

    response = get("/about", method="POST", content=b"form")

    assert (response.status_code, response.text) == (200, "updated")


def test_head_is_asked_for_as_such(get, site):
    response = get("/about", method="HEAD")

    assert response.status_code == 200
    assert site.asked[0]["method"] == "HEAD"
    assert response.headers["content-length"] == str(len(b"about us"))


@pytest.mark.parametrize("name", ["{}.localhost", "{}.localhost:8080", "some-name--{}.localhost"])
def test_canisters_have_host_names(get, canister, name):
    assert get("/about", host=name.format(canister)).text == "about us"


@pytest.mark.parametrize("name", ["{}.127.0.0.1.nip.io", "some-name--{}.Example.org:8080"])
def test_canisters_have_host_names_below_names_that_are_allowed(replica, canister, name):
    web = Web(replica, allowed_hosts=frozenset({"127.0.0.1.nip.io", "example.org"}))

    assert web.get("/about", headers={"host": name.format(canister)}).text == "about us"
    web.close()


def test_canisters_are_found_by_parameter_and_referer(get, canister):
    host = "localhost:8080"

    assert get(f"/about?canisterId={canister}", host=host).text == "about us"
    by_parameter = {"referer": f"http://localhost:8080/?canisterId={canister}"}
    assert get("/about", host=host, headers=by_parameter).text == "about us"
    by_host = {"referer": f"http://{canister}.localhost:8080/"}
    assert get("/about", host=host, headers=by_host).text == "about us"


def test_a_browser_that_goes_to_a_canister_at_a_shared_host_is_sent_to_the_canisters_own(get, site, canister):
    going = {"sec-fetch-mode": "navigate"}

    sent = get(f"/about?canisterId={canister}&x=%20", host="127.0.0.1:8080", headers=going)
    shown = get(f"/about?canisterId={canister}", host="127.0.0.1:8080", headers={"sec-fetch-mode": "cors"})
    abroad = get(f"/about?canisterId={canister}", host="192.0.2.1:8080", headers=going)

    assert (sent.status_code, sent.headers["location"]) == (307, f"http://{canister}.localhost:8080/about?x=%20")
    assert shown.text == abroad.text == "about us"


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"])
def test_a_canister_at_the_operators_host_does_not_get_the_operators_origin(replica, engine, web, host):
    headers = (("Set-Cookie", "a=b"), ("Clear-Site-Data", '"*"'), ("Content-Security-Policy", "default-src 'self'"))
    site = Site([Page(("<*>",), b"anything", expression=SKIP, more_headers=headers)])
    canister = replica.canister(engine.define("open", queries={"http_request": site.http_request}, init=site.certify))

    shared = web.get(f"/?canisterId={canister}", headers={"host": host})
    own = web.get("/", headers={"host": f"{canister}.localhost:8080"})

    assert "sandbox allow-" in shared.headers["content-security-policy"]
    assert "allow-same-origin" not in shared.headers["content-security-policy"]
    assert "default-src 'self'" in shared.headers["content-security-policy"]
    assert {"set-cookie", "clear-site-data"}.isdisjoint(shared.headers)
    assert own.headers["content-security-policy"] == "default-src 'self'"
    assert own.headers["set-cookie"] == "a=b"


@pytest.mark.parametrize("host", ["localhost", "deep.{}.localhost", "192.0.2.1", "aaaaa-aa.localhost"])
def test_hosts_that_name_no_canister_are_refused(get, canister, host):
    assert get("/about", host=host.format(canister)).status_code == 400


def test_canisters_without_pages_are_refused_with_the_reason(get, echo):
    response = get("/", host=f"{echo}.localhost")
    nowhere = get("/", host=f"{Principal.from_counter(99)}.localhost")

    assert response.status_code == 503
    assert "has no query method 'http_request'" in response.text
    assert nowhere.status_code == 400
    assert "not found" in nowhere.text


def test_an_answer_that_is_no_page_is_refused(replica, engine, web):
    module = engine.define("odd", queries={"http_request": lambda ic, arg: ic.reply(b"not candid")})
    canister = replica.canister(module)

    response = web.get("/", headers={"host": f"{canister}.localhost"})

    assert response.status_code == 503
    assert "no web page" in response.text


def test_a_canister_cannot_write_headers_of_its_own_making(get, site, canister):
    site.change = {
        "headers": [("X-Split", "a\r\nset-cookie: b"), ("X bad: name", "1"), ("Content-Length", "1"), ("X-Good", "yes")]
    }

    response = get("/about", host=f"{canister}.raw.localhost")

    assert "x-split" not in response.headers
    assert "set-cookie" not in response.headers
    assert response.headers["x-good"] == "yes"
    assert response.text == "about us"


@pytest.mark.parametrize("status", [0, 100, 199, 600, 65_535])
def test_a_status_that_is_none_is_refused(get, site, canister, status):
    site.change = {"status_code": status}

    response = get("/about", host=f"{canister}.raw.localhost")

    assert (response.status_code, f"status {status}," in response.text) == (503, True)


@pytest.mark.parametrize("status", [204, 304])
def test_answers_that_have_no_body_get_none(get, site, canister, status):
    site.change = {"status_code": status}

    response = get("/about", host=f"{canister}.raw.localhost")

    assert (response.status_code, response.content) == (status, b"")
    assert "content-length" not in response.headers


def test_a_page_may_say_itself_who_may_use_it(get, site, canister):
    site.change = {"headers": [("Access-Control-Allow-Origin", "http://example.org")]}

    response = get("/about", host=f"{canister}.raw.localhost")

    assert response.headers.get_list("access-control-allow-origin") == ["http://example.org"]


def test_a_path_that_looks_like_a_host_is_a_path(get, site, monkeypatch):
    prove = site._certificate_header
    monkeypatch.setattr(site, "_find", lambda url: PAGE)
    monkeypatch.setattr(site, "_certificate_header", lambda ic, page, url: prove(ic, page, "/about"))

    # Were `elsewhere` taken for a host name, the proof of /about would serve this path too.
    assert get("/about").status_code == 200
    assert get("http://localhost:8080//elsewhere/about").status_code == 503


def test_the_api_is_there_on_every_host(get):
    assert get("/api/v2/status").headers["content-type"] == "application/cbor"


def test_the_front_page_helps_until_there_is_a_website(web, replica, canister, tmp_path):
    website_file = tmp_path / "website"
    web.app._website_file = website_file

    before = web.get("/")
    website_file.write_text(f"{canister}\n")
    after = web.get("/")

    assert before.status_code == 200
    assert replica.core.subnet_id.text in before.text
    assert after.status_code == 307
    assert after.headers["location"] == f"http://{canister}.localhost:8080/"


def test_health_is_plain(web):
    assert web.get("/_/health").text == "healthy"
