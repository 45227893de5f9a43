"""A fixed site: every answer it gives follows from its root hash."""

from __future__ import annotations

import gzip
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canisters.lib.certified_http.assets import NOT_FOUND_BODY, SiteFile, build_site, content_type_of, respond
from canisters.lib.certified_http.paths import key_of_segments, segments_of_key
from tests.canisters.certified_http.verifier import NotCertified, certificate_of, verify_response

CERTIFICATE = b"a certificate"
PAGE = b"<!doctype html><title>Parley</title>" * 20
SCRIPT = b"export const one = 1;\n" * 50
POLICY = ("content-security-policy", "default-src 'none'")

SITE = build_site(
    [
        SiteFile(["/", "/index.html"], "text/html", PAGE, headers=(POLICY,), gzip_body=gzip.compress(PAGE, mtime=0)),
        SiteFile(["/canister-dashboard", "/canister-dashboard/"], "text/html", PAGE, headers=(POLICY,)),
        SiteFile(["/canister-dashboard/index.js"], "text/javascript", SCRIPT),
        SiteFile(["/a b.txt"], "text/plain", b"a space"),
        SiteFile(["/empty.txt"], "text/plain", b""),
    ],
    not_found_headers=(POLICY,),
)


def get(url, *headers: tuple[str, str], site=SITE, certificate=CERTIFICATE):
    request = {"method": "GET", "url": url, "headers": list(headers), "body": b"", "certificate_version": 2}
    return respond(site, request, certificate)


def header(response, name):
    return {key.lower(): value for key, value in response["headers"]}.get(name)


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/?from=link",
        "/index.html",
        "/canister-dashboard",
        "/canister-dashboard/",
        "/canister-dashboard/index.js",
        "/a%20b.txt",
        "/empty.txt",
        "//",
        "/canister-dashboard%2Findex.js",
        "//canister-dashboard//index.js",
    ],
)
def test_each_file_is_served_with_a_proof(url):
    response = get(url)

    assert response["status_code"] == 200
    assert certificate_of(response) == CERTIFICATE
    verify_response(url=url, response=response, root=SITE.root_hash)


@pytest.mark.parametrize(
    "url",
    [
        "/missing",
        "/zzz",
        "/0",
        "/missing/",
        "/canister-dashboard/missing.js",
        "/canister-dashboard/index.js/deeper",
        "/canister-dashboard/index.js/",
        "/index.html/",
        "/a%2Fb",
        "/a+b.txt",
        "/missing//",
        "/%3C%24%3E",
        "/%3C*%3E/x",
        "/ünï/çode",
    ],
)
def test_what_is_not_there_is_a_404_with_a_proof_of_absence(url):
    response = get(url)

    assert (response["status_code"], response["body"]) == (404, NOT_FOUND_BODY)
    assert header(response, "content-security-policy") == POLICY[1]
    verify_response(url=url, response=response, root=SITE.root_hash)


def test_a_client_that_takes_gzip_gets_gzip():
    response = get("/", ("Accept-Encoding", "deflate, gzip;q=0.5, br"))

    assert header(response, "content-encoding") == "gzip"
    assert header(response, "vary") == "accept-encoding"
    assert gzip.decompress(response["body"]) == PAGE
    verify_response(url="/", response=response, root=SITE.root_hash)


@pytest.mark.parametrize("accept", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0"])
def test_a_client_that_does_not_take_gzip_gets_the_file_as_it_is(accept):
    response = get("/", ("accept-encoding", accept))

    assert header(response, "content-encoding") is None
    assert response["body"] == PAGE


@pytest.mark.parametrize("accept", ["identity", "gzip"])
@pytest.mark.parametrize("form", ["{}", '"other", {}', "W/{}"])
def test_a_client_that_has_the_file_is_told_so(accept, form):
    tag = header(get("/", ("accept-encoding", accept)), "etag")

    response = get("/", ("accept-encoding", accept), ("If-None-Match", form.format(tag)))

    assert (response["status_code"], response["body"]) == (304, b"")
    assert header(response, "etag") == tag
    verify_response(url="/", response=response, root=SITE.root_hash)


def test_an_old_entity_tag_gets_the_file():
    assert get("/", ("If-None-Match", '"00"'))["status_code"] == 200


def test_a_missing_page_is_never_not_modified():
    assert get("/missing", ("If-None-Match", "*"))["status_code"] == 404


def test_without_a_certificate_only_the_expression_is_sent():
    response = get("/", certificate=None)

    assert header(response, "ic-certificate") is None
    assert header(response, "ic-certificateexpression") is not None


def test_a_changed_answer_does_not_verify():
    honest = get("/")
    forgeries = [
        {**honest, "body": b"<script>evil()</script>"},
        {**honest, "status_code": 203},
        {**honest, "headers": [(k, "text/plain" if k == "content-type" else v) for k, v in honest["headers"]]},
        {**honest, "headers": [pair for pair in honest["headers"] if pair[0] != POLICY[0]]},
        {**honest, "headers": [("content-encoding", "gzip"), *honest["headers"]]},
    ]

    for forged in forgeries:
        with pytest.raises(NotCertified):
            verify_response(url="/", response=forged, root=SITE.root_hash)


def test_a_proof_serves_one_url_only():
    with pytest.raises(NotCertified):
        verify_response(url="/canister-dashboard", response=get("/"), root=SITE.root_hash)
    with pytest.raises(NotCertified):
        verify_response(url="/index.html", response=get("/missing"), root=SITE.root_hash)


def test_an_empty_site_answers_404():
    site = build_site([])

    verify_response(url="/", response=get("/", site=site), root=site.root_hash)


def test_the_order_of_files_does_not_matter():
    files = [SiteFile([f"/{name}/x"], "text/plain", name.encode()) for name in "abcdef"]

    assert build_site(files).root_hash == build_site(files[::-1]).root_hash


def test_every_change_of_a_file_changes_the_root():
    def root(body=b"x", content_type="text/plain", path="/x", headers=()) -> bytes:
        return build_site([SiteFile([path], content_type, body, headers)]).root_hash

    roots = [root(), root(body=b"y"), root(content_type="text/css"), root(path="/y"), root(headers=(("a", "b"),))]

    assert all(one != other for one, other in pairwise(sorted(roots)))


def test_media_types_come_from_extensions():
    assert content_type_of("app.js") == "text/javascript; charset=utf-8"
    assert content_type_of("LOGO.SVG") == "image/svg+xml"
    assert content_type_of("unknown") == "application/octet-stream"


SEGMENT = st.sampled_from(["", "a", "b", "ab", "a.txt", "<$>", "<*>", "ü", "z"])
PATHS = st.lists(SEGMENT, max_size=4).map(lambda parts: key_of_segments(segments_of_key("/".join(["", *parts]))))


@given(files=st.lists(PATHS, max_size=8, unique=True), url=PATHS)
def test_any_url_of_any_site_has_a_valid_proof(files, url):
    files = [path for path in files if "<" not in path]
    site = build_site([SiteFile([path], "text/plain", path.encode()) for path in files])

    response = get(url, site=site)

    assert response["status_code"] == (200 if url in files else 404)
    verify_response(url=url, response=response, root=site.root_hash)
