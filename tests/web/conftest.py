"""A real Chromium, the whole system behind it, and people with a browser profile each."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.fixtures.stack import Stack, stack
from tests.web.visitor import Size, Visitor

__all__ = ["stack"]

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Containers have no namespaces to spare, and nothing here may call home.
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/web/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


# Playwright keeps an event loop in this thread while it runs, which other folders' tests need for theirs.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    installed = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    browser = playwright.chromium.launch(executable_path=installed, args=CHROMIUM_FLAGS)
    yield browser
    browser.close()


Opens = Callable[..., Visitor]


@pytest.fixture
def opens(chromium: Browser, stack: Stack) -> Iterator[Opens]:
    """`opens()` is somebody at a computer with a new browser profile, `opens(size="phone")` somebody at a phone."""
    visitors: list[Visitor] = []

    def open_browser(*, size: Size = "desktop", at: Stack = stack) -> Visitor:
        visitor = Visitor.opens(chromium, at, size)
        visitors.append(visitor)
        return visitor

    yield open_browser
    for visitor in visitors:
        visitor.context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []


@pytest.fixture
def registers(opens: Opens) -> Opens:
    """`registers("alice")` has opened the client, signed in, and got a canister."""

    def register(name: str, **options: object) -> Visitor:
        visitor = opens(**options)
        visitor.signs_in()
        visitor.chooses_name(name)
        return visitor

    return register
