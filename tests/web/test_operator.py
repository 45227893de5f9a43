"""The operator's dashboard in a real browser, which has its own mind about cookies, origins and policies."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fixtures.stack import Stack
from tests.web.visitor import VIEWPORTS


@pytest.fixture(params=sorted(VIEWPORTS))
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = VIEWPORTS[request.param]
    context = chromium.new_context(viewport={"width": width, "height": height})
    yield context.new_page()
    context.close()


def link(stack: Stack) -> str:
    token = (stack.data.replica / "operator-token").read_text().split()[0]
    headers = {"authorization": f"Bearer {token}"}
    path: str = httpx.post(f"{stack.url}/_/links", headers=headers, trust_env=False).json()["path"]
    return stack.url + path


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_the_operator_signs_in_looks_around_and_signs_out(stack: Stack, page: Page):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    page.goto(link(stack))
    expect(page.get_by_role("heading", name="Canisters")).to_be_visible()
    assert fits(page)

    page.get_by_role("searchbox").fill("user_index")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=stack.deployment["user_index"].text).click()
    expect(page.get_by_role("heading", name="user_index")).to_be_visible()
    expect(page.get_by_text("check_username :")).to_be_visible()
    assert fits(page)
    assert not complaints

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    page.goto(f"{stack.url}/_/dashboard")
    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()


def test_scripts_see_no_cookie_and_cannot_run(stack: Stack, page: Page):
    page.goto(link(stack))
    page.wait_for_url("**/_/dashboard")

    assert page.evaluate("document.cookie") == ""
    policy = page.request.get(f"{stack.url}/_/dashboard").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_a_page_of_a_canister_cannot_use_the_session(stack: Stack, page: Page):
    page.goto(link(stack))
    page.wait_for_url("**/_/dashboard")
    page.goto(stack.website_url)

    seen = page.evaluate(
        """url => fetch(url, {credentials: "include"}).then(answer => answer.text(), error => "refused")""",
        f"{stack.url}/_/canisters",
    )

    assert seen == "refused"
