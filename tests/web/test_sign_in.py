"""Signing in with a development identity, choosing a name, and owning a canister."""

import re

from playwright.sync_api import expect


def test_a_newcomer_is_told_what_a_development_identity_is(opens):
    alice = opens()

    expect(alice.page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(alice.page.get_by_text("For development.")).to_be_visible()
    expect(alice.page.get_by_text("key that this browser makes and keeps")).to_be_visible()


def test_a_newcomer_gets_a_canister_and_sees_its_id(registers):
    alice = registers("alice")

    alice.context.grant_permissions(["clipboard-read", "clipboard-write"])
    alice.goes_to("settings")
    canister_id = alice.page.get_by_test_id("canister-id").inner_text()
    alice.page.get_by_role("button", name="Copy the canister id").click()

    assert re.fullmatch(r"([a-z0-9]{5}-)+[a-z0-9]{3}", canister_id)
    expect(alice.page.get_by_text("Copied")).to_be_attached()
    assert alice.page.evaluate("navigator.clipboard.readText()") == canister_id
    dashboard = alice.page.get_by_test_id("dashboard-link").get_attribute("href")
    assert dashboard == f"http://{canister_id}.localhost:{alice.stack.addresses.port}/canister-dashboard"


def test_the_rules_of_names_are_shown_while_typing(opens, stack):
    taken = stack.person("dave").username
    alice = opens()
    alice.signs_in()
    field, create = alice.page.get_by_label("User name"), alice.page.get_by_role("button", name="Create my canister")

    for name, rules_met in [("abc", 1), ("two words", 1), ("_alice", 1), (taken, 2)]:
        field.fill(name)
        expect(alice.page.locator("li.met")).to_have_count(rules_met)
        expect(create).to_be_disabled()
    expect(alice.page.get_by_text("Somebody has this name already.")).to_be_visible()

    field.fill(f"{taken[:20]}_new")
    expect(alice.page.locator("li.met")).to_have_count(3)
    expect(create).to_be_enabled()


def shown_canister_id(visitor):
    visitor.goes_to("settings")
    return visitor.page.get_by_test_id("canister-id").inner_text()


def test_a_reload_and_a_sign_out_lead_back_to_the_same_person(registers):
    alice = registers("alice")
    canister_id = shown_canister_id(alice)

    alice.page.reload()
    assert shown_canister_id(alice) == canister_id

    alice.goes_to("settings")
    alice.page.get_by_role("button", name="Sign out").click()
    alice.page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    alice.page.get_by_role("button", name=alice.name).first.click()
    expect(alice.page.get_by_role("heading", name="No chats yet")).to_be_visible()
    assert shown_canister_id(alice) == canister_id


def test_one_browser_holds_several_people(registers):
    alice = registers("alice")
    hers = alice.user_id
    alice.goes_to("settings")
    alice.page.get_by_role("button", name="Sign out").click()
    alice.page.get_by_role("dialog").get_by_role("button", name="Sign out").click()

    alice.page.get_by_role("button", name="Create another identity").click()
    alice.chooses_name("carol")

    assert alice.user_id != hers


def test_the_theme_is_kept(registers):
    alice = registers("alice")
    alice.goes_to("settings")

    alice.page.get_by_text("Dark", exact=True).click()
    expect(alice.page.locator("html")).to_have_attribute("data-theme", "dark")
    alice.page.reload()
    expect(alice.page.locator("html")).to_have_attribute("data-theme", "dark")
