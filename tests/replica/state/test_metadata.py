"""What agents find of a module's interface."""

from __future__ import annotations

import pytest

from replica.state.metadata import public_metadata


@pytest.mark.parametrize(
    ("candid", "args"),
    [
        ("service : {}", "()"),
        ("service : () -> {}", "()"),
        ("service : (nat, opt text) -> {}", "(nat, opt text)"),
        ("type Init = record { owner : principal }; service : (Init) -> {}", "(Init)"),
    ],
)
def test_the_types_of_the_installation_are_told_as_deploy_tools_write_them(candid, args):
    assert public_metadata(candid) == {"candid:service": candid.encode(), "candid:args": args.encode()}


def test_an_interface_that_cannot_be_read_is_handed_on_all_the_same():
    assert public_metadata("no candid") == {"candid:service": b"no candid"}
