"""The public interface of every canister, read once from its `.did` file, with the calls that use it.

`call` and `ask` are what most callers want: plain Python values in, plain Python values out. The interface files are
the contract, so nothing here repeats a type.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from parley.agent import Agent
from parley.places import ROOT
from replica.candid.did import Interface, parse_did
from replica.principal import Principal


@cache
def interface(name: str) -> Interface:
    """The interface of the canister called `name`."""
    return parse_did((ROOT / "canisters" / name / f"{name}.did").read_text())


def call(agent: Agent, name: str, canister_id: Principal, method: str, *values: object) -> Any:
    """Update `method` of the canister `canister_id`, which is a `name`; its only result, or None if it has none."""
    service = interface(name)
    return _only(
        service.decode_results(method, agent.update(canister_id, method, service.encode_args(method, *values)))
    )


def ask(agent: Agent, name: str, canister_id: Principal, method: str, *values: object) -> Any:
    """Query, as `call` updates."""
    service = interface(name)
    return _only(service.decode_results(method, agent.query(canister_id, method, service.encode_args(method, *values))))


def _only(results: tuple[Any, ...]) -> Any:
    return results[0] if results else None
