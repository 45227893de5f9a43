"""From a message to a browser's push endpoint: user canister, notifications canister, relay, encryption."""

import asyncio
import json
import threading
from collections.abc import Iterator

import pytest

from parley.interfaces import ask, call
from parley.people import Person
from parley.vapid import public_key_text
from tests.fixtures.push_service import PushService, running_push_service
from tests.fixtures.rfc8291 import Browser, new_browser
from tests.fixtures.stack import Stack, eventually

PUSH_SECONDS_MAX = 20.0


@pytest.fixture
def push_service() -> Iterator[PushService]:
    """Runs in a thread of its own, as the relay that posts to it is a process of its own."""
    started, stop = threading.Event(), asyncio.Event()
    box: list[tuple[PushService, asyncio.AbstractEventLoop]] = []

    async def serve() -> None:
        async with running_push_service() as service:
            box.append((service, asyncio.get_running_loop()))
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(10)
    service, loop = box[0]
    yield service
    loop.call_soon_threadsafe(stop.set)
    thread.join()


def subscribes(stack: Stack, person: Person, endpoint: str) -> Browser:
    browser = new_browser()
    subscription = {"endpoint": endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}}
    notifications = stack.deployment["notifications"]
    arguments = {"subscription": subscription}
    result = call(person.agent, "notifications", notifications, "push_subscription", arguments)
    assert "Success" in result, result
    return browser


def is_subscribed(stack: Stack, person: Person, browser: Browser) -> bool:
    notifications = stack.deployment["notifications"]
    arguments = {"p256dh_key": browser.p256dh}
    return "Yes" in ask(person.agent, "notifications", notifications, "subscription_exists", arguments)


def test_a_message_reaches_the_recipients_browser_encrypted_and_signed(stack, push_service):
    alice, bob = stack.person("alice"), stack.person("bob")
    browser = subscribes(stack, bob, push_service.endpoint("laptop"))

    sent = alice.sends(bob.user_id, "meet at nine")
    eventually(lambda: bool(push_service.received("laptop")), timeout_seconds=PUSH_SECONDS_MAX)

    (delivery,) = push_service.received("laptop")
    payload = json.loads(browser.decrypt(delivery.body))
    assert payload["type"] == "direct_message"
    assert payload["sender"] == alice.user_id.text
    assert payload["sender_name"] == alice.username
    assert payload["text"] == "meet at nine"
    assert payload["message_index"] == sent["message_index"]
    assert delivery.claims()["aud"] == push_service.url
    assert delivery.vapid_key() == public_key_text(stack.data.vapid_key)


def test_a_message_in_a_group_reaches_the_others_and_not_its_sender(stack, push_service):
    alice, bob = stack.person("alice"), stack.person("bob")
    # Whoever joins a public group has it muted; whoever is added to a private one has not.
    group_id = alice.creates_group(f"walks of {alice.username}", is_public=False)
    alice.adds(group_id, [bob.user_id])
    subscribes(stack, alice, push_service.endpoint("alice"))
    browser = subscribes(stack, bob, push_service.endpoint("bob"))

    alice.says(group_id, "around the lake?")
    eventually(lambda: bool(push_service.received("bob")), timeout_seconds=PUSH_SECONDS_MAX)

    payload = json.loads(browser.decrypt(push_service.received("bob")[0].body))
    assert payload["type"] == "group_message"
    assert payload["chat_id"] == group_id.text
    assert payload["text"] == "around the lake?"
    assert push_service.received("alice") == []


def test_a_browser_that_is_gone_is_forgotten(stack, push_service):
    alice, bob = stack.person("alice"), stack.person("bob")
    browser = subscribes(stack, bob, push_service.endpoint("old"))
    push_service.answers("old", 410)

    alice.sends(bob.user_id, "anybody there?")
    eventually(lambda: not is_subscribed(stack, bob, browser), timeout_seconds=PUSH_SECONDS_MAX)

    assert not is_subscribed(stack, bob, browser)
