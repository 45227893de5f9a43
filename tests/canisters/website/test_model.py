"""Rules of the website that need no canister: keys, aliases, headers, and where bytes are."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canisters.website.model.headers import asset_headers, header_problem
from canisters.website.model.keys import aliased_keys, is_page_path, key_problem, paths_of_key
from canisters.website.model.ranges import BODY_BYTES_MAX, PIECE_BYTES, body_count, pieces_of_range


@pytest.mark.parametrize("key", ["/", "/index.html", "/assets/app-1a2b.js", "/a b.txt", "/ünï.txt", "/dir/", "/.x/y"])
def test_keys_that_urls_can_name_are_fine(key):
    assert key_problem(key) is None


@pytest.mark.parametrize(
    "key", ["", "index.html", "//", "/a//b", "/<$>", "/a/<*>", "/a?b", "/a#b", "/a\nb", "/a\\b", "/" + "x" * 250]
)
def test_keys_that_no_url_names_are_refused(key):
    assert key_problem(key) is not None


def test_an_index_answers_for_its_folder():
    assert set(paths_of_key("/index.html")) == {"/index.html", "/index", "/"}
    assert set(paths_of_key("/docs/index.html")) == {"/docs/index.html", "/docs/index", "/docs", "/docs/"}
    assert paths_of_key("/app.js") == ["/app.js"]


@given(st.sampled_from(["/", "/a", "/a/", "/a/b", "/index", "/a/index"]))
def test_a_path_depends_on_exactly_the_keys_that_name_it(path):
    for key in aliased_keys(path):
        assert path in paths_of_key(key)


@pytest.mark.parametrize(
    ("path", "expected"), [("/", True), ("/chat/abc", True), ("/a.b/c", True), ("/x.js", False), ("/.env", False)]
)
def test_only_paths_without_extension_may_be_pages_of_the_client(path, expected):
    assert is_page_path(path) is expected


def test_files_with_a_hash_in_their_name_never_change():
    assert asset_headers("/assets/a-1.js", None, [])[0] == ("cache-control", "public, max-age=31536000, immutable")
    assert asset_headers("/logo.svg", 60, [])[0] == ("cache-control", "public, max-age=60")
    assert asset_headers("/index.html", 0, [])[0] == ("cache-control", "no-cache")


def test_every_file_has_the_headers_that_keep_browsers_safe():
    headers = dict(asset_headers("/index.html", None, []))

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin-allow-popups"
    assert "connect-src 'self' http://localhost:* http://*.localhost:*" in headers["content-security-policy"]
    assert "script-src 'self';" in headers["content-security-policy"]


def test_a_file_may_replace_a_header_but_not_double_it():
    headers = asset_headers("/x", None, [("Referrer-Policy", "origin"), ("Cache-Control", "no-store")])

    assert [value for name, value in headers if name == "referrer-policy"] == ["origin"]
    assert [value for name, value in headers if name == "cache-control"] == ["no-store"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("", "x"), ("a b", "x"), ("a:", "x"), ("x", "a\r\nb"), ("x", "ü"), ("ETag", "x"), ("IC-Certificate", "x")],
)
def test_headers_that_would_break_the_answer_are_refused(name, value):
    assert header_problem(name, value) is not None
    assert header_problem("x-name", "value") is None


@given(
    lengths=st.lists(st.integers(0, 3 * PIECE_BYTES), max_size=4),
    start=st.integers(0, 4 * PIECE_BYTES),
    size=st.integers(0, 4 * PIECE_BYTES),
)
def test_a_range_is_covered_once_in_order(lengths, start, size):
    runs = [[number, length] for number, length in enumerate(lengths)]

    covered = []
    for run, piece, first, last in pieces_of_range(runs, start, start + size):
        assert 0 <= first < last <= PIECE_BYTES
        base = sum(lengths[:run]) + piece * PIECE_BYTES
        covered.append((base + first, base + last))

    total = sum(lengths)
    wanted = (min(start, total), min(start + size, total))
    joined = [covered[0][0], covered[-1][1]] if covered else [wanted[0], wanted[0]]
    assert all(one[1] == other[0] for one, other in pairwise(covered))
    assert tuple(joined) == wanted or wanted[0] == wanted[1]


def test_a_file_is_sent_in_as_few_answers_as_fit():
    assert [body_count(length) for length in (0, 1, BODY_BYTES_MAX, BODY_BYTES_MAX + 1)] == [1, 1, 1, 2]
