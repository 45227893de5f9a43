"""Somebody in front of a browser: what people do with the client, in their words.

Everything goes through what is on the screen, by role and name, as a person or a screen reader would find it.
"""

from dataclasses import dataclass, field
from itertools import count
from typing import Final, Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from replica.principal import Principal
from tests.fixtures.stack import Stack

Size = Literal["desktop", "phone"]
VIEWPORTS: Final = {"desktop": (1280, 800), "phone": (390, 844)}

# Generous, because CI machines are slow; what takes this long on a person's machine is too slow.
expect.set_options(timeout=20_000)

_numbers = count(1)


@dataclass
class Visitor:
    stack: Stack
    context: BrowserContext
    page: Page
    name: str = ""
    user_id: Principal = field(default_factory=Principal)
    problems: list[str] = field(default_factory=list)
    """What the browser complained about: errors of scripts, and breaches of the content security policy."""

    @classmethod
    def opens(cls, browser: Browser, stack: Stack, size: Size) -> "Visitor":
        width, height = VIEWPORTS[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, base_url=stack.website_url, reduced_motion="reduce"
        )
        visitor = cls(stack, context, context.new_page())
        visitor.page.on("pageerror", lambda error: visitor.problems.append(str(error)))
        visitor.page.on("console", visitor.hears)
        visitor.page.goto("/")
        return visitor

    def hears(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.problems.append(message.text)

    # -- Coming in -------------------------------------------------------------------------------------------------

    def signs_in(self) -> None:
        self.page.get_by_role("button", name="Create a development identity").click()

    def chooses_name(self, name: str) -> None:
        """Register `name` with a number that makes it new."""
        self.name = f"{name}_{next(_numbers)}_web"
        self.page.get_by_label("User name").fill(self.name)
        self.page.get_by_role("button", name="Create my canister").click()
        welcome = self.page.get_by_role("dialog", name=f"Welcome, {self.name}")
        self.user_id = Principal.from_text(welcome.get_by_test_id("canister-id").inner_text())
        welcome.get_by_role("button", name="Close").click()
        expect(welcome).to_have_count(0)

    def goes_to(self, place: str) -> None:
        self.page.evaluate("place => { location.hash = place }", f"#/{place}")

    # -- Chats -----------------------------------------------------------------------------------------------------

    def chat_row(self, title: str) -> Locator:
        return self.page.get_by_test_id("chat-row").filter(has_text=title)

    def finds(self, person: str) -> None:
        """Find somebody by a part of their name and open the chat with them."""
        self.goes_to("new")
        self.page.get_by_role("searchbox", name="Find people by name").fill(person[1:])
        self.page.get_by_role("list", name="People found").get_by_role("button", name=person).click()
        expect(self.page.get_by_test_id("chat-title")).to_have_text(person)

    def opens_chat(self, title: str) -> None:
        self.chat_row(title).click()
        expect(self.page.get_by_test_id("chat-title")).to_have_text(title)

    def writes(self, text: str) -> None:
        composer = self.page.get_by_test_id("composer")
        composer.fill(text)
        composer.press("Enter")

    def message(self, text: str) -> Locator:
        return self.page.get_by_test_id("message").filter(has_text=text)

    def status(self, text: str) -> Locator:
        """The tick of my message."""
        return self.message(text).locator("[data-status]")

    def sees(self, text: str) -> None:
        expect(self.message(text)).to_be_visible()

    def event_line(self, text: str) -> Locator:
        return self.page.get_by_test_id("event-line").filter(has_text=text)

    # -- Groups ----------------------------------------------------------------------------------------------------

    def creates_group(
        self, name: str, *, is_public: bool, members: tuple[str, ...] = (), description: str = ""
    ) -> None:
        self.goes_to("new-group")
        form = self.page.get_by_role("region", name="Chats")
        form.get_by_label("Name", exact=True).fill(name)
        form.get_by_label("Description").fill(description)
        form.get_by_text("Public" if is_public else "Private", exact=True).click()
        for member in members:
            form.get_by_role("searchbox", name="Find people to add").fill(member)
            form.get_by_role("list", name="People found").get_by_role("button", name=member).click()
        form.get_by_role("button", name="Create group").click()
        expect(self.page.get_by_test_id("chat-title")).to_have_text(name)

    def searches_groups(self, term: str) -> Locator:
        """The groups that are found."""
        self.goes_to("discover")
        self.page.get_by_role("searchbox", name="Search public groups").fill(term)
        return self.page.get_by_role("list", name="Groups found")

    def opens_details(self) -> None:
        self.page.get_by_role("main").locator("header").get_by_role("button", expanded=False).click()

    def leaves(self) -> None:
        self.opens_details()
        self.page.get_by_role("button", name="Leave group").click()
        self.page.get_by_role("dialog").get_by_role("button", name="Leave").click()

    # -- The browser -----------------------------------------------------------------------------------------------

    def hides_tab(self) -> None:
        self._sets_visibility("hidden")

    def shows_tab(self) -> None:
        self._sets_visibility("visible")

    def _sets_visibility(self, state: str) -> None:
        # A headless browser shows every page, always.
        self.page.evaluate(
            """state => {
                Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
                Object.defineProperty(document, "hidden", { configurable: true, get: () => state === "hidden" });
                document.dispatchEvent(new Event("visibilitychange"));
            }""",
            state,
        )
