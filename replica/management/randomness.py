"""Chance for canisters. Interface spec, "IC method raw_rand"."""

from __future__ import annotations

from replica.management.host import Args, Host, ManagementCall


def raw_rand(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    return (host.random_bytes(32),)
