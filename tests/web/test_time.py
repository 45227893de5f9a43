"""The web client when the replica's clock was moved."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from parley.operator_client import OperatorClient
from tests.fixtures.stack import a_stack
from tests.web.visitor import Visitor

DAY_SECONDS = 86_400


@pytest.mark.slow
def test_people_go_on_talking_when_the_clock_was_moved(opens: Callable[..., Visitor], tmp_path: Path):
    with a_stack(tmp_path) as stack:
        operator = OperatorClient(stack.data.operator_token)
        dave = stack.person("dave")
        alice = opens(at=stack)
        alice.signs_in()
        alice.chooses_name("alice")
        alice.finds(dave.username)
        alice.writes("today")

        operator.advance_time(DAY_SECONDS)
        operator.close()
        alice.writes("tomorrow")

        expect(alice.status("tomorrow")).to_have_attribute("data-status", "delivered")
