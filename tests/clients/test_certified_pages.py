"""Pages of the website canister, through the gateway, verified by @dfinity/response-verification 3.0.3."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess

import pytest

from tests.clients.network import website_interface
from tests.clients.test_node_agents import describe

pytestmark = pytest.mark.node

INDEX = b"<!doctype html><title>Parley</title>"
SCRIPT = b"console.log('hello');\n" * 50
LARGE = bytes(range(256)) * 10_000


@pytest.fixture(scope="module")
def pages(network):
    """What the website serves, by key."""
    interface = website_interface()
    for key, content_type, encoding, content in (
        ("/index.html", "text/html", "identity", INDEX),
        ("/app.js", "text/javascript", "identity", SCRIPT),
        ("/app.js", "text/javascript", "gzip", gzip.compress(SCRIPT, mtime=0)),
        ("/with space.txt", "text/plain", "identity", b"a space"),
        ("/large.bin", "application/octet-stream", "identity", LARGE[:1_900_000]),
    ):
        asset = {
            "key": key,
            "content_type": content_type,
            "content_encoding": encoding,
            "content": content,
            "sha256": None,
        }
        network.agent.update(network.website, "store", interface.encode_args("store", asset))


@pytest.fixture
def verify(network, node_folder, pages):
    def verify_page(path: str, *, canister: str = "website", spoil: bool = False, **headers: str) -> dict:
        request = [{"path": path, "canister": canister, "headers": headers, "spoil": spoil}]
        arguments = ["node", "verify_pages.mjs", describe(network), json.dumps(request)]
        done = subprocess.run(arguments, cwd=node_folder, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        (result,) = json.loads(done.stdout.splitlines()[-1])
        return result

    return verify_page


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/", INDEX),
        ("/index.html", INDEX),
        ("/app.js", SCRIPT),
        ("/with%20space.txt", b"a space"),
        ("/large.bin", LARGE[:1_900_000]),
        ("/chat/of/somebody?tab=1", INDEX),
    ],
)
def test_a_page_passes_an_independent_verifier(verify, path, body):
    result = verify(path)

    assert (result["failure"], result["status"]) == (None, 200)
    assert base64.b64decode(result["body"]) == body


def test_a_compressed_page_passes_too(verify):
    result = verify("/app.js", **{"accept-encoding": "gzip"})

    assert result["failure"] is None
    assert gzip.decompress(base64.b64decode(result["body"])) == SCRIPT


def test_a_page_that_the_browser_has_passes_without_a_body(verify):
    etag = verify("/app.js")["headers"]["etag"]

    result = verify("/app.js", **{"if-none-match": etag})

    assert (result["failure"], result["status"], result["body"]) == (None, 304, "")


@pytest.mark.parametrize("path", ["/missing.png", "/assets/missing.js"])
def test_the_absence_of_a_page_passes(verify, path):
    result = verify(path)

    assert (result["failure"], result["status"]) == (None, 404)


@pytest.mark.parametrize("path", ["/", "/anything/at/all?and=more"])
def test_a_page_certified_not_to_be_certified_passes_whatever_it_says(verify, path):
    result = verify(path, canister="uncertified")
    changed = verify(path, canister="uncertified", spoil=True)

    assert (result["failure"], result["status"]) == (None, 200)
    assert base64.b64decode(result["body"]).decode() == f"You asked for {path}"
    assert changed["failure"] is None


@pytest.mark.parametrize("path", ["/app.js", "/missing.png", "/chat/of/somebody"])
def test_a_changed_page_does_not_pass(verify, path):
    assert verify(path)["failure"] is None
    assert verify(path, spoil=True)["failure"] is not None
