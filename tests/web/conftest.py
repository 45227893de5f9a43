"""A real Chromium, the whole system behind it, and people with a browser profile each."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.fixtures.browser import running_chromium
from tests.fixtures.stack import Stack, stack
from tests.web.visitor import Size, Visitor

__all__ = ["stack"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/web/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


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
