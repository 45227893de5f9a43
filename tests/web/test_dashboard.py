"""The page with which people look after their own canister, served by the canister itself."""

import re

from playwright.sync_api import expect

from parley.interfaces import ask


def test_the_dashboard_shows_what_the_canister_is_and_who_controls_it(registers, stack):
    alice, dave = registers("alice"), stack.person("dave")
    alice.finds(dave.username)
    alice.writes("one message")
    expect(alice.status("one message")).to_have_attribute("data-status", "delivered")

    alice.goes_to("settings")
    with alice.context.expect_page() as opened:
        alice.page.get_by_test_id("dashboard-link").click()
    page = opened.value
    expect(page.locator("#canister-id")).to_have_text(alice.user_id.text)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.reload()

    index = ask(stack.agent(), "user_index", stack.deployment["user_index"], "metrics")
    expect(page.locator("#canister-id")).to_have_text(alice.user_id.text)
    expect(page.locator("#status-value")).to_have_text("Running")
    expect(page.locator("#cycles-value")).to_have_text(re.compile(r"\d+\.\d\d T"))
    expect(page.locator("#memory-size-value")).to_have_text(re.compile(r"\d+\.\d\d MB"))
    expect(page.locator("#version-value")).to_have_text(re.compile(r"\d+\.\d+\.\d+"))
    expect(page.locator("#module-hash-value")).to_have_text(bytes(index["user_module_hash"]).hex())
    expect(page.locator("#controllers-list li")).to_have_count(1)
    expect(page.locator("#controllers-list .data-display")).to_have_text(stack.deployment["user_index"].text)
    expect(page.locator("#messages-value")).to_have_text("1")
    expect(page.locator("#owner-line")).to_contain_text(alice.name)
    expect(page.locator("[data-seal]:visible")).to_have_count(2)
    assert problems == []


def test_the_dashboard_can_be_dark(registers):
    alice = registers("alice")
    page = alice.context.new_page()
    page.goto(f"http://{alice.user_id.text}.localhost:{alice.stack.addresses.port}/canister-dashboard/")

    page.locator("#theme-toggle").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_dashboard_says_what_it_cannot_read(registers):
    alice = registers("alice")
    page = alice.context.new_page()
    page.route("**/query", lambda route: route.abort())
    page.goto(f"http://{alice.user_id.text}.localhost:{alice.stack.addresses.port}/canister-dashboard")

    expect(page.locator(".error-message").first).to_contain_text("did not answer")
    expect(page.locator("#status-value")).to_have_text("Unknown")
    expect(page.locator("#controllers-list li")).to_have_count(1)
