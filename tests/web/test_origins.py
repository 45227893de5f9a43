"""What pages can do to the replica from a real browser: mallory's, and our own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import cbor2
import httpx
import pytest
from playwright.sync_api import Browser, Page

from replica.management.interface import INTERFACE
from replica.principal import Principal
from tests.fixtures.stack import Stack

EVIL = "https://evil.example/"
FETCH = """async ([url, options]) => {
  const body = options.body ? new Uint8Array(options.body) : undefined;
  try {
    const response = await fetch(url, {...options, body});
    return response.type === 'opaque' ? 'opaque' : response.status;
  } catch (error) {
    return String(error);
  }
}"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    # Chromium asks before a public page reaches into the local network. This person clicked "allow".
    context.grant_permissions(["local-network-access"], origin=EVIL)
    page = context.new_page()
    page.route(f"{EVIL}**", lambda route: route.fulfill(body="<h1>free kittens</h1>", content_type="text/html"))
    yield page
    context.close()


WANTED_BY_MALLORY, WANTED_BY_US = Principal.from_counter(4_000_001), Principal.from_counter(4_000_002)
Fetch = Callable[..., Any]


@pytest.fixture
def fetch(page: Page, stack: Stack) -> Fetch:
    """The status that the page in the browser gets, "opaque" if it may not see it, or the error."""

    def ask(path: str, **options: object) -> Any:
        return page.evaluate(FETCH, [f"http://localhost:{stack.addresses.port}{path}", options])

    return ask


def creation(canister_id: Principal) -> list[int]:
    """An anonymous call that makes a canister with cycles out of nothing."""
    method = "provisional_create_canister_with_cycles"
    arguments = {"amount": None, "settings": None, "specified_id": canister_id, "sender_canister_version": None}
    content = {
        "request_type": "call",
        "canister_id": b"",
        "method_name": method,
        "arg": INTERFACE.encode_args(method, arguments),
        "sender": b"\x04",
        "ingress_expiry": time.time_ns() + 200 * 10**9,
    }
    return list(cbor2.dumps({"content": content}))


CALL = "/api/v3/canister/aaaaa-aa/call"
CBOR = {"content-type": "application/cbor"}


def is_there(stack: Stack, canister_id: Principal) -> bool:
    """Whether the id cannot be had any more."""
    answer = httpx.post(f"{stack.url}{CALL}", content=bytes(creation(canister_id)), headers=CBOR, trust_env=False)
    return b"rejected" in cbor2.loads(answer.content)["certificate"]


def test_a_page_of_mallorys_asks_what_anybody_may_and_gets_no_more(page: Page, fetch: Fetch, stack: Stack):
    page.goto(EVIL)

    assert fetch("/api/v2/status") == 200
    assert fetch(CALL, method="POST", headers=CBOR, body=creation(WANTED_BY_MALLORY)) == 403
    assert fetch(CALL, method="POST", mode="no-cors", body=creation(WANTED_BY_MALLORY)) == "opaque"
    assert "Failed to fetch" in fetch("/_/dashboard")
    assert "Failed to fetch" in fetch("/_/status", headers={"authorization": "Bearer guess"})
    assert not is_there(stack, WANTED_BY_MALLORY)


def test_a_page_of_ours_may_create_canisters(page: Page, fetch: Fetch, stack: Stack):
    page.goto(stack.website_url)

    assert fetch(CALL, method="POST", headers=CBOR, body=creation(WANTED_BY_US)) == 200
    assert is_there(stack, WANTED_BY_US)


def test_mallory_cannot_frame_the_operators_pages(page: Page, stack: Stack):
    page.goto(EVIL)
    dashboard = f"http://localhost:{stack.addresses.port}/_/dashboard"

    page.evaluate(
        """url => new Promise(resolve => {
          const frame = document.createElement('iframe');
          frame.onload = resolve;
          frame.src = url;
          document.body.append(frame);
        })""",
        dashboard,
    )

    assert [frame.url for frame in page.frames if frame.url.startswith("http://localhost")] == []


def test_a_canister_named_in_the_address_is_shown_at_its_own_host(page: Page, stack: Stack):
    website = stack.deployment["website"]

    page.goto(f"http://127.0.0.1:{stack.addresses.port}/?canisterId={website}")

    assert page.url.startswith(f"http://{website}.localhost:{stack.addresses.port}/")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_a_canister_without_pages_says_so_on_a_page(chromium: Browser, stack: Stack, width: int, scheme: Any):
    context = chromium.new_context(viewport={"width": width, "height": 640}, color_scheme=scheme)
    page = context.new_page()

    response = page.goto(f"http://{stack.deployment['notifications']}.localhost:{stack.addresses.port}/")

    assert response is not None
    assert response.status == 503
    assert page.get_by_role("heading").inner_text() == "This page cannot be shown"
    assert "http_request" in page.locator("code").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
