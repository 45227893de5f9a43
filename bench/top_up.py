"""Cycles for those who write more than anybody would: a user canister's own last for some 70,000 messages.

As the operator of a test network gives them, out of nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from parley.agent import Agent
from replica.candid.did import parse_did
from replica.principal import MANAGEMENT, Principal

AMOUNT: Final = 1_000_000_000_000_000

_INTERFACE: Final = parse_did("""
service : { provisional_top_up_canister : (record { canister_id : principal; amount : nat }) -> () }
""")


def top_up(agent: Agent, canister_ids: Iterable[Principal]) -> None:
    for canister_id in canister_ids:
        arguments = {"canister_id": canister_id, "amount": AMOUNT}
        arg = _INTERFACE.encode_args("provisional_top_up_canister", arguments)
        agent.update(MANAGEMENT, "provisional_top_up_canister", arg, canister_id)
