"""What browsers get, each answer with its proof checked against the replica's root key."""

from __future__ import annotations

import gzip
import hashlib

import pytest

from canisters.lib.certified_http.paths import fallback_paths
from canisters.website.model.ranges import BODY_BYTES_MAX
from tests.canisters.website.conftest import create, fill, header

PAGE = b"<!doctype html><title>Parley</title><script src=/assets/app-1a2b.js></script>" * 10
SCRIPT = b"console.log('hello');\n" * 100


@pytest.fixture
def site(website):
    website.stores("/index.html", PAGE)
    website.stores("/index.html", gzip.compress(PAGE, mtime=0), encoding="gzip")
    website.stores("/assets/app-1a2b.js", SCRIPT, content_type="text/javascript")
    website.stores("/about.html", b"<p>about</p>")
    website.stores("/docs/index.html", b"<p>docs</p>")
    website.stores("/service-worker.js", b"self", content_type="text/javascript")
    return website


@pytest.mark.parametrize(
    ("url", "content"),
    [
        ("/", PAGE),
        ("/?from=link", PAGE),
        ("/index.html", PAGE),
        ("/assets/app-1a2b.js", SCRIPT),
        ("/about", b"<p>about</p>"),
        ("/docs", b"<p>docs</p>"),
        ("/docs/", b"<p>docs</p>"),
        ("/service-worker.js", b"self"),
    ],
)
def test_files_are_found_under_their_names_and_aliases(site, url, content):
    response = site.get(url)

    assert (response["status_code"], response["body"]) == (200, content)


@pytest.mark.parametrize("url", ["/chats/abc", "/about/x", "/assets", "/docs/index.html/", "/zzz?x=1.js", "/a%20b"])
def test_paths_of_the_client_get_its_page(site, url):
    response = site.get(url)

    assert (response["status_code"], response["body"]) == (200, PAGE)
    assert header(response, "cache-control") == "no-cache"


@pytest.mark.parametrize("url", ["/a" * 1_000, "/docs" + "/b" * 900, "/" * 1_000, "/docs/" + "%2f" * 1_000 + "x"])
def test_a_path_deeper_than_any_file_is_proved_like_others(site, url):
    assert site.get(url)["body"] == PAGE


def test_an_endless_path_costs_as_much_as_a_long_one():
    assert sum(len(path) for path in fallback_paths(["a"] * 1_000_000)) < 20_000


@pytest.mark.parametrize("url", ["/missing.js", "/assets/old-9z.js", "/about/x.png", "/.env"])
def test_missing_files_are_missing(site, url):
    response = site.get(url)

    assert (response["status_code"], response["body"]) == (404, b"Not found\n")


def test_an_empty_website_has_nothing_but_proves_it(website):
    assert website.get("/")["status_code"] == 404
    assert website.get("/chats/abc")["status_code"] == 404


def test_gzip_is_sent_to_those_who_take_it(site):
    packed, plain = site.get("/", ("accept-encoding", "gzip, br")), site.get("/")

    assert gzip.decompress(packed["body"]) == PAGE
    assert header(packed, "content-encoding") == "gzip"
    assert header(packed, "etag") != header(plain, "etag")


@pytest.mark.parametrize("url", ["/", "/index.html", "/chats/abc"])
def test_who_has_the_page_is_told_that_it_has_not_changed(site, url):
    tag = header(site.get(url), "etag")

    response = site.get(url, ("if-none-match", tag))

    assert (response["status_code"], response["body"]) == (304, b"")

    site.stores("/index.html", b"new")
    assert site.get(url, ("if-none-match", tag))["status_code"] == 200


def test_hashed_files_are_kept_for_ever(site):
    assert header(site.get("/assets/app-1a2b.js"), "cache-control") == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("url", ["/", "/chats/abc", "/missing.js", "/assets/app-1a2b.js"])
def test_every_answer_protects_the_browser(site, url):
    response = site.get(url)

    assert header(response, "x-content-type-options") == "nosniff"
    assert header(response, "referrer-policy") == "no-referrer"
    assert header(response, "cross-origin-opener-policy") == "same-origin-allow-popups"
    assert "connect-src 'self' http://localhost:* http://*.localhost:*" in (
        header(response, "content-security-policy") or ""
    )


@pytest.mark.parametrize("size", [BODY_BYTES_MAX - 1, BODY_BYTES_MAX, BODY_BYTES_MAX + 1, 2 * BODY_BYTES_MAX + 5])
def test_large_files_arrive_whole(website, size):
    content = hashlib.shake_256(b"video").digest(size)
    batch = website.begins()
    chunks = [website.sends(batch, content[start : start + 1_000_000]) for start in range(0, size, 1_000_000)]
    website.commits(batch, create("/film.bin", "application/octet-stream"), fill("/film.bin", *chunks))

    assert website.get("/film.bin")["body"] == content


def test_a_download_of_a_replaced_file_ends(website):
    content = bytes(BODY_BYTES_MAX + 1)
    website.stores("/film.bin", content, content_type="application/octet-stream")
    request = {"method": "GET", "url": "/film.bin", "headers": [], "body": b"", "certificate_version": 2}
    token = website.asks("http_request", request)["streaming_strategy"]["Callback"]["token"]

    website.stores("/film.bin", content[:-1] + b"\x01", content_type="application/octet-stream")

    assert website.asks("http_request_streaming_callback", token) is None


def test_a_stored_file_wins_over_an_alias(site):
    site.stores("/about", b"plain", content_type="text/plain")

    assert site.get("/about")["body"] == b"plain"
    assert site.get("/about.html")["body"] == b"<p>about</p>"


def test_aliases_can_be_switched_off(website):
    batch = website.begins()
    chunk = website.sends(batch, b"<p>no alias</p>")
    website.commits(batch, create("/about.html", enable_aliasing=False), fill("/about.html", chunk))

    assert website.get("/about")["status_code"] == 404
    assert website.get("/about.html")["status_code"] == 200


def test_a_file_can_have_headers_of_its_own(website):
    batch = website.begins()
    chunk = website.sends(batch, b"{}")
    own = [("Access-Control-Allow-Origin", "*"), ("Cache-Control", "no-store")]
    website.commits(batch, create("/x.json", "application/json", headers=own), fill("/x.json", chunk))

    response = website.get("/x.json")

    assert header(response, "access-control-allow-origin") == "*"
    assert header(response, "cache-control") == "no-store"


def test_hostile_urls_are_answered(site):
    for url in ("", "?", "x", "//evil.example.org/", "/%", "/%zz", "/%ff", "/%00", "/" + "a/" * 200, "/<$>", "/a\\b"):
        request = {"method": "GET", "url": url, "headers": [], "body": b"", "certificate_version": 2}
        assert site.asks("http_request", request)["status_code"] in (200, 404)
