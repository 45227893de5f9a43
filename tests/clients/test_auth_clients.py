"""Signing in from a browser: with AuthClients, at a provider whose delegations a canister signs, and with passkeys.

The applications and the provider are in node/pages, and speak the two protocols that there are: messages of
`/#authorize` (@dfinity/auth-client 3.4.3, @icp-sdk/auth up to 5) and of signers (@icp-sdk/auth from 6). What a page
shows is what the replica answered to a call and a query that were signed with the delegation.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from replica.principal import Principal
from tests.clients.network import Network
from tests.clients.web_pages import served
from tests.fixtures.browser import running_chromium

pytestmark = [pytest.mark.browser, pytest.mark.node]

AUTH_CLIENTS = ["auth-client-3", "auth-5", "auth-7"]
CANISTER_SIGNATURE_DER = bytes.fromhex("303c300c060a2b0601040183b8430102032c000a")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def port(network: Network, node_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("pages")
    subprocess.run(["node", "pages/build.mjs", str(folder)], cwd=node_folder, check=True, timeout=60)
    with served(folder) as port:
        described = {
            "url": network.url,
            "rootKey": network.root_key_der.hex(),
            "greeter": network.greeter.text,
            "signer": network.signer.text,
            "provider": f"http://provider.localhost:{port}/provider.html",
        }
        (folder / "network.json").write_text(json.dumps(described))
        yield port


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """In a browser profile of its own, of somebody who has never signed in."""
    context = chromium.new_context()
    context.set_default_timeout(20_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


def opens(page: Page, client: str, port: int, name: str = "chat") -> str:
    """Open the application of `client` at an origin of its own; returns the origin."""
    origin = f"http://{name}.localhost:{port}"
    page.goto(f"{origin}/{client}.html")
    return origin


def signs_in(page: Page, decision: str = "Continue") -> None:
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Sign in").click()
    opened.value.get_by_role("button", name=decision).click()


def person_at(origin: str, network: Network) -> str:
    """Who the provider makes of anybody at `origin`."""
    seed = sha256(origin.encode()).digest()
    return Principal.self_authenticating(CANISTER_SIGNATURE_DER + network.signer + seed).text


@pytest.mark.parametrize("client", AUTH_CLIENTS)
def test_who_signs_in_is_known_to_the_replica_and_still_is_after_a_reload(page, port, network, client):
    origin = opens(page, client, port)

    signs_in(page)

    known = f"{person_at(origin, network)} and {person_at(origin, network)}"
    expect(page.get_by_role("status")).to_have_text(known)
    page.reload()
    expect(page.get_by_role("status")).to_have_text(known)


@pytest.mark.parametrize("client", AUTH_CLIENTS)
def test_who_says_no_is_not_signed_in(page, port, client):
    opens(page, client, port)

    signs_in(page, decision="Cancel")

    expect(page.get_by_role("status")).to_have_text("not signed in: The person said no.")


@pytest.mark.parametrize("client", AUTH_CLIENTS)
def test_people_are_somebody_else_at_another_origin(page, port, network, client):
    origin = opens(page, client, port, name="shop")
    signs_in(page)

    expect(page.get_by_role("status")).to_contain_text(person_at(origin, network))
    assert person_at(origin, network) != person_at(f"http://chat.localhost:{port}", network)


@pytest.mark.parametrize("algorithm", [-7, -257, -8], ids=["ES256", "RS256", "EdDSA"])
def test_a_passkey_speaks_for_its_owner_through_a_session_key(page, port, algorithm):
    has_passkeys(page)
    page.goto(f"http://chat.localhost:{port}/passkey.html?alg={algorithm}")

    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("status")).to_have_text(re.compile(r"\S+ and \S+$"))
    assert page.get_by_role("status").inner_text() == f"{page.title()} and {page.title()}"


def has_passkeys(page: Page) -> None:
    """The browser gets an authenticator of its own, with somebody who always agrees."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
