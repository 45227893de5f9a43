"""One pane at a time, and nothing wider than the screen."""

import pytest
from playwright.sync_api import expect


def overflow(visitor) -> int:
    return visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_a_phone_shows_the_list_or_the_chat_and_leads_back(registers, stack):
    alice, dave = registers("alice", size="phone"), stack.person("dave")
    alice.finds(dave.username)
    alice.writes("hello")
    expect(alice.page.get_by_role("navigation", name="Chats")).to_be_hidden()

    alice.page.get_by_role("button", name="Back").click()
    expect(alice.chat_row(dave.username)).to_be_visible()
    expect(alice.page.get_by_test_id("composer")).to_be_hidden()

    alice.chat_row(dave.username).click()
    expect(alice.page.get_by_test_id("composer")).to_be_visible()
    alice.page.go_back()
    expect(alice.chat_row(dave.username)).to_be_visible()


@pytest.mark.parametrize("place", ["", "new", "new-group", "discover", "settings"])
def test_no_page_is_wider_than_a_phone(registers, place):
    alice = registers("alice", size="phone")

    alice.goes_to(place)

    expect(alice.page.get_by_role("heading", level=1)).to_be_visible()
    assert overflow(alice) == 0


def test_a_long_word_does_not_widen_the_page(registers, stack):
    alice, dave = registers("alice", size="phone"), stack.person("dave")
    alice.finds(dave.username)

    alice.writes("w" * 400)

    alice.sees("w" * 400)
    assert overflow(alice) == 0


def test_the_way_in_works_with_the_keyboard_alone(opens):
    alice = opens()
    button = alice.page.get_by_role("button", name="Create a development identity")
    expect(button).to_be_visible()

    alice.page.keyboard.press("Tab")
    expect(button).to_be_focused()
    alice.page.keyboard.press("Enter")
    alice.page.get_by_label("User name").focus()
    alice.page.keyboard.type("keyboard_person")
    expect(alice.page.get_by_role("button", name="Create my canister")).to_be_enabled()
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_role("dialog")).to_be_visible()
    alice.page.keyboard.press("Escape")
    expect(alice.page.get_by_role("dialog")).to_have_count(0)

    alice.page.keyboard.press("Control+k")
    expect(alice.page.get_by_role("searchbox", name="Search chats, people and groups")).to_be_focused()
