"""Without a network: the client says so, keeps what is written, and sends it later, once and in order."""

import pytest
from playwright.sync_api import expect

from parley.interfaces import ask
from tests.fixtures.stack import a_stack


@pytest.fixture
def fragile_stack(tmp_path):
    with a_stack(tmp_path) as running:
        yield running


def texts_at(person, them):
    return [message["content"]["Text"]["text"] for message in person.messages(them)]


def test_a_browser_without_network_says_so_and_sends_later(registers, stack):
    alice, dave = registers("alice"), stack.person("dave")
    alice.finds(dave.username)
    alice.writes("before")
    expect(alice.status("before")).to_have_attribute("data-status", "delivered")

    alice.context.set_offline(True)
    expect(alice.page.get_by_test_id("connection-banner")).to_contain_text("offline")
    alice.writes("written in a tunnel")
    alice.writes("and another")
    expect(alice.status("written in a tunnel")).to_have_attribute("data-status", "queued")
    assert texts_at(dave, alice.user_id) == ["before"]

    alice.context.set_offline(False)
    expect(alice.status("and another")).to_have_attribute("data-status", "delivered")
    expect(alice.page.get_by_test_id("connection-banner")).to_have_count(0)
    assert texts_at(dave, alice.user_id) == ["before", "written in a tunnel", "and another"]


def test_messages_survive_a_replica_that_dies_and_a_page_that_is_closed(registers, fragile_stack):
    alice, dave = registers("alice", at=fragile_stack), fragile_stack.person("dave")
    alice.finds(dave.username)
    alice.writes("before")
    expect(alice.status("before")).to_have_attribute("data-status", "delivered")
    # The files of the app are in the browser once its worker is in charge.
    alice.page.wait_for_function("navigator.serviceWorker.controller !== null")

    fragile_stack.kill_replica()
    expect(alice.page.get_by_test_id("connection-banner")).to_contain_text("cannot be reached")
    for text in ("one", "two", "three"):
        alice.writes(text)
    expect(alice.status("three")).to_have_attribute("data-status", "queued")

    alice.page.reload()
    alice.opens_chat(dave.username)
    alice.sees("before")
    for text in ("one", "two", "three"):
        expect(alice.status(text)).to_have_attribute("data-status", "queued")

    fragile_stack.start_replica()
    expect(alice.status("three")).to_have_attribute("data-status", "delivered", timeout=60_000)
    assert texts_at(dave, alice.user_id) == ["before", "one", "two", "three"]
    assert len(ask(dave.agent, "user", dave.user_id, "initial_state")["Success"]["direct_chats"]) == 1
