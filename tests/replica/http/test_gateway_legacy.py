"""Pages that are certified in the old way, and what a gateway makes of them."""

import base64
import gzip
import zlib
from hashlib import sha256

import pytest

from replica.candid.codec import decode, encode
from replica.certification.label_tree import LabelTree
from tests.replica.http.certified_pages import REQUEST, RESPONSE

PAGES = {"/": b"<h1>hello</h1>", "/index.html": b"<h1>hello</h1>", "/a b.txt": b"spaced", "/app.js": b"js"}


class OldSite:
    """Certifies hashes of bodies under paths; tests spoil one thing at a time."""

    def __init__(self) -> None:
        self.pages = dict(PAGES)
        self.change: dict[str, object] = {}
        self.headers: list[tuple[str, str]] = [("Content-Type", "text/html"), ("Cache-Control", "max-age=1000")]
        self.shown: list[bytes] | None = None

    def tree(self) -> LabelTree:
        tree = LabelTree()
        for path, body in PAGES.items():
            tree.set((b"http_assets", path.encode()), sha256(body).digest())
        return tree

    def certify(self, ic, arg) -> None:
        ic.set_certified_data(self.tree().root_hash())

    def http_request(self, ic, arg) -> None:
        (request,) = decode([REQUEST], arg)
        path = request["url"].partition("?")[0].replace("%20", " ")
        body = self.pages.get(path, self.pages["/index.html"])
        shown = self.shown or [path.encode(), request["url"].partition("?")[0].encode(), b"/index.html"]
        witness = self.tree().witness_cbor([(b"http_assets", each) for each in shown])
        parts = {"certificate": ic.data_certificate(), "tree": witness}
        proof = ", ".join(f"{name}=:{base64.b64encode(data).decode()}:" for name, data in parts.items())
        response = {"status_code": 200, "headers": [*self.headers, ("IC-Certificate", proof)], "body": body}
        ic.reply(encode([RESPONSE], [{"upgrade": None, "streaming_strategy": None, **response, **self.change}]))


@pytest.fixture
def site():
    return OldSite()


@pytest.fixture
def get(web, replica, engine, site):
    module = engine.define("old", queries={"http_request": site.http_request}, init=site.certify)
    canister = replica.canister(module)
    return lambda path: web.get(path, headers={"host": f"{canister}.localhost"})


@pytest.mark.parametrize(
    ("path", "text"),
    [("/", "<h1>hello</h1>"), ("/app.js?v=1", "js"), ("/a%20b.txt", "spaced"), ("/any/route", "<h1>hello</h1>")],
)
def test_pages_of_version_1_are_shown_where_a_canister_has_no_other(get, path, text):
    response = get(path)

    assert (response.status_code, response.text) == (200, text)
    assert response.headers["content-type"] == "text/html"
    # It is not certified, and would have browsers keep what a forger sent.
    assert "cache-control" not in response.headers


@pytest.mark.parametrize("path", ["/", "/app.js", "/any/route"])
def test_a_forged_body_is_not_shown(get, site, path):
    site.change = {"body": b"forged"}

    response = get(path)

    assert response.status_code == 503
    assert "failed verification" in response.text


def test_a_page_is_not_hidden_behind_the_one_for_everything_else(get, site):
    site.change = {"body": PAGES["/index.html"]}

    assert get("/app.js").status_code == 503


def test_what_the_tree_does_not_show_may_be_there(get, site):
    site.shown = [b"/index.html"]
    site.change = {"body": PAGES["/index.html"]}

    response = get("/app.js")

    assert response.status_code == 503
    assert "may hold another answer" in response.text


@pytest.mark.parametrize("status", [301, 302, 304, 307, 308])
def test_a_redirect_could_lead_anywhere_and_is_refused(get, site, status):
    site.change = {"status_code": status}
    site.headers = [("Location", "http://evil.example")]

    response = get("/")

    assert response.status_code == 503
    assert "location" not in response.headers


@pytest.mark.parametrize(("encoding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_compressed_body_is_certified_by_what_it_holds(get, site, encoding, compress):
    site.headers = [("Content-Encoding", encoding)]
    site.change = {"body": compress(PAGES["/app.js"])}

    response = get("/app.js")

    assert (response.status_code, response.text) == (200, "js")
    assert response.headers["content-encoding"] == encoding


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b"not gzip"),
        ("gzip", gzip.compress(b"js")[:-9]),
        ("gzip", gzip.compress(bytes(200 * 2**20), 1)),
        ("br", b"js"),
    ],
    ids=["no gzip", "cut short", "too large", "unknown"],
)
def test_a_body_that_cannot_be_read_is_refused(get, site, encoding, body):
    site.headers = [("Content-Encoding", encoding)]
    site.change = {"body": body}

    assert get("/app.js").status_code == 503


def test_a_canister_that_certifies_in_version_2_is_not_believed_less(get, site, web, monkeypatch):
    assert get("/").status_code == 200

    async def supports(canister_id: object) -> bool:
        return True

    monkeypatch.setattr(web.app._gateway._pages, "supports_version_2", supports)

    response = get("/")
    assert response.status_code == 503
    assert "certifies in version 2" in response.text
