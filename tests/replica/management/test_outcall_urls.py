"""URLs of outcalls are read once; another reader of the same text would find the same server."""

from __future__ import annotations

import httpx
from hypothesis import given
from hypothesis import strategies as st

from replica.management import http_request
from replica.reject import Reject
from replica.routing.outcall import Destination

_URLS = st.one_of(
    st.from_regex(http_request._URL, fullmatch=True),
    st.text(st.characters(max_codepoint=0x250), max_size=60).map(lambda text: f"http://{text}"),
    st.builds(
        "{}{}{}{}{}".format,
        st.sampled_from(["http://", "https://", "HTTP://", "http:/", "//", ""]),
        st.sampled_from(["user@", "user:secret@", "a.example@", ""]),
        st.sampled_from(
            ["a.example", "127.0.0.1", "0x7f.1", "[::1]", "[::ffff:7f00:1]", "a.example\\@b.example", "%61"]
        ),
        st.sampled_from(["", ":80", ":443", ":8080", ":0", ":99999", ":"]),
        st.sampled_from(["", "/", "/a?b=c", "?q", "#f", "\\", "/../..", "/%2e%2e/", "\t", "\n/x"]),
    ),
)


def destination(url: str) -> Destination | None:
    try:
        return http_request._destination(url)
    except Reject:
        return None


@given(_URLS)
def test_what_is_accepted_leads_where_others_read_that_it_leads(url: str):
    found = destination(url)
    if found is None:
        return

    other = httpx.URL(url)
    assert (other.scheme, other.port or (443 if other.scheme == "https" else 80)) == (found.scheme, found.port)
    assert httpx.URL(f"http://{found.authority}").host == other.host
    assert other.userinfo == b""


@given(_URLS)
def test_what_is_sent_cannot_hold_another_request(url: str):
    found = destination(url)

    assert found is None or (found.target.startswith("/") and found.target.isascii() and found.target.isprintable())
    assert found is None or not set(found.target) & set(" \r\n\t#")
