"""Push, from the switch in the settings to the notification: browser, canisters, relay and service worker.

No push service can be reached from here, so the browser's `PushManager` is given a subscription whose endpoint is a
server of the test and whose keys the test holds. The relay posts there; the test decrypts what it gets with its own
code, and hands the text to the service worker as the browser would.
"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.fixtures.rfc8291 import Browser, new_browser
from tests.fixtures.stack import eventually
from tests.web.visitor import Visitor

PUSH_SECONDS_MAX = 20

# What a browser with a push service does, with the test's endpoint and keys; it remembers whether it is subscribed.
FAKE_PUSH_MANAGER = """
(() => {
  const details = %s;
  const subscription = {
    endpoint: details.endpoint,
    toJSON: () => details,
    unsubscribe: async () => { localStorage.removeItem("is-subscribed"); return true; },
  };
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    localStorage.setItem("is-subscribed", String(applicationServerKey.length));
    return subscription;
  };
  PushManager.prototype.getSubscription = async () => localStorage.getItem("is-subscribed") ? subscription : null;
})();
"""


class PushEndpoint:
    """Takes what the relay posts."""

    def __init__(self) -> None:
        bodies: list[bytes] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(201)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.bodies = bodies
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/push/browser"


@pytest.fixture
def push_endpoint() -> Iterator[PushEndpoint]:
    endpoint = PushEndpoint()
    thread = threading.Thread(target=endpoint.server.serve_forever)
    thread.start()
    yield endpoint
    endpoint.server.shutdown()
    endpoint.server.server_close()
    thread.join()


def can_be_pushed_to(visitor: Visitor, endpoint: PushEndpoint) -> Browser:
    """Give the visitor's browser a push service."""
    keys = new_browser()
    details = {"endpoint": endpoint.url, "keys": {"p256dh": keys.p256dh, "auth": keys.auth}}
    visitor.context.grant_permissions(["notifications"], origin=visitor.stack.website_url.rstrip("/"))
    visitor.context.add_init_script(FAKE_PUSH_MANAGER % json.dumps(details))
    visitor.page.reload()
    return keys


def turns_notifications_on(visitor: Visitor) -> None:
    visitor.goes_to("settings")
    visitor.page.get_by_role("switch", name="Show notifications").click()
    expect(visitor.page.get_by_text("On in this browser.")).to_be_visible()
    visitor.goes_to("")


# Notes what is shown, once it is: what a headless browser does with a notification after that is its own affair.
NOTE_NOTIFICATIONS = """
() => {
  if (self.shownNotifications) return;
  self.shownNotifications = [];
  const show = ServiceWorkerRegistration.prototype.showNotification;
  ServiceWorkerRegistration.prototype.showNotification = async function (title, options) {
    await show.call(this, title, options);
    self.shownNotifications.push({ title, body: options.body, chatId: options.data.chatId });
  };
}
"""


def delivers(visitor: Visitor, payload: bytes) -> None:
    """Hand a decrypted push to the service worker, as the browser does."""
    visitor.page.wait_for_function("navigator.serviceWorker.controller !== null")
    (worker,) = visitor.context.service_workers
    worker.evaluate(NOTE_NOTIFICATIONS)
    session = visitor.context.new_cdp_session(visitor.page)
    registrations: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(item["registrationId"] for item in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    origin = visitor.page.evaluate("location.origin")
    # Each question to the page lets events of the session in.
    eventually(lambda: visitor.page.evaluate("true") and bool(registrations), timeout_seconds=PUSH_SECONDS_MAX)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": registrations[0], "data": payload.decode()},
    )
    session.detach()


def shown_notifications(visitor: Visitor) -> list[dict[str, str]]:
    """What the service worker has shown since `delivers` was first called."""
    (worker,) = visitor.context.service_workers
    return worker.evaluate("self.shownNotifications ?? []")


def test_a_message_while_the_tab_is_hidden_becomes_a_notification(registers, stack, push_endpoint):
    alice, bob = registers("alice"), stack.person("bob")
    keys = can_be_pushed_to(alice, push_endpoint)
    turns_notifications_on(alice)
    alice.hides_tab()

    bob.sends(alice.user_id, "look outside, it snows")
    eventually(lambda: bool(push_endpoint.bodies), timeout_seconds=PUSH_SECONDS_MAX)
    payload = keys.decrypt(push_endpoint.bodies[0])
    delivers(alice, payload)

    assert json.loads(payload)["type"] == "direct_message"
    eventually(lambda: bool(shown_notifications(alice)), timeout_seconds=PUSH_SECONDS_MAX)
    assert shown_notifications(alice) == [
        {"title": bob.username, "body": "look outside, it snows", "chatId": bob.user_id.text}
    ]


def test_a_push_wakes_a_hidden_tab(registers, stack, push_endpoint):
    alice, bob = registers("alice"), stack.person("bob")
    keys = can_be_pushed_to(alice, push_endpoint)
    turns_notifications_on(alice)
    alice.hides_tab()

    bob.sends(alice.user_id, "are you there?")
    eventually(lambda: bool(push_endpoint.bodies), timeout_seconds=PUSH_SECONDS_MAX)
    delivers(alice, keys.decrypt(push_endpoint.bodies[0]))

    expect(alice.chat_row(bob.username).get_by_test_id("unread-badge")).to_contain_text("1", timeout=10_000)


def test_nothing_is_shown_of_the_chat_on_the_screen(registers, stack, push_endpoint):
    alice, bob = registers("alice"), stack.person("bob")
    keys = can_be_pushed_to(alice, push_endpoint)
    turns_notifications_on(alice)
    bob.sends(alice.user_id, "first")
    alice.opens_chat(bob.username)

    eventually(lambda: bool(push_endpoint.bodies), timeout_seconds=PUSH_SECONDS_MAX)
    delivers(alice, keys.decrypt(push_endpoint.bodies[0]))
    delivers(alice, json.dumps({**json.loads(keys.decrypt(push_endpoint.bodies[0])), "chat_id": "other"}).encode())

    # The second one is shown, so the first would have been by now.
    eventually(lambda: bool(shown_notifications(alice)), timeout_seconds=PUSH_SECONDS_MAX)
    assert [notification["chatId"] for notification in shown_notifications(alice)] == ["other"]


def test_a_pressed_notification_leads_to_its_chat(registers, stack):
    alice, bob = registers("alice"), stack.person("bob")
    bob.sends(alice.user_id, "hello")
    alice.page.wait_for_function("navigator.serviceWorker.controller !== null")
    (worker,) = alice.context.service_workers

    worker.evaluate(
        """async path => {
            for (const client of await self.clients.matchAll()) client.postMessage({ kind: "open", path });
        }""",
        f"chat/{bob.user_id.text}",
    )

    expect(alice.page.get_by_test_id("chat-title")).to_have_text(bob.username)


def test_turning_notifications_off_is_told_to_the_canister(registers, stack, push_endpoint):
    alice, bob = registers("alice"), stack.person("bob")
    can_be_pushed_to(alice, push_endpoint)
    turns_notifications_on(alice)
    alice.page.reload()
    alice.goes_to("settings")
    switch = alice.page.get_by_role("switch", name="Show notifications")
    expect(switch).to_be_checked()

    switch.click()
    expect(switch).not_to_be_checked()
    expect(switch).to_be_enabled()
    alice.page.reload()
    alice.goes_to("settings")

    expect(switch).not_to_be_checked()
    alice.goes_to("")
    bob.sends(alice.user_id, "nobody is told")
    expect(alice.chat_row(bob.username)).to_be_attached()
    assert push_endpoint.bodies == []


def test_signing_out_ends_the_notifications_of_this_browser(registers, stack, push_endpoint):
    alice, bob = registers("alice"), stack.person("bob")
    can_be_pushed_to(alice, push_endpoint)
    turns_notifications_on(alice)

    alice.goes_to("settings")
    alice.page.get_by_role("button", name="Sign out").click()
    alice.page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    alice.page.get_by_role("button", name=alice.name).first.click()
    bob.sends(alice.user_id, "nobody is told")

    expect(alice.chat_row(bob.username)).to_be_visible()
    alice.goes_to("settings")
    expect(alice.page.get_by_role("switch", name="Show notifications")).not_to_be_checked()
    assert push_endpoint.bodies == []


def test_a_refused_permission_is_explained(registers):
    alice = registers("alice")
    alice.context.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' });")
    alice.page.reload()
    alice.goes_to("settings")

    expect(alice.page.get_by_text("You said no to notifications.")).to_be_visible()
    expect(alice.page.get_by_role("switch", name="Show notifications")).to_be_disabled()
