"""How canisters come to be. Interface spec, "IC method create_canister", and the methods of test networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from replica.certification.representation import hash_map
from replica.management import access, prices, refusals
from replica.management.changes import note_change
from replica.management.host import Args, Host, ManagementCall
from replica.management.settings import apply_settings
from replica.principal import Principal
from replica.state.canister import Canister
from replica.state.consumption import CANISTER_CREATION

_CYCLES_MAX = 2**127


def create_canister(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    given = call.cycles_available
    if given < prices.CREATION:
        raise refusals.creation_fee_missing(prices.CREATION, given)
    call.accept(given)
    canister = _create(host, call, host.state.allocate_canister_id(), args["settings"], given)
    host.state.burn(canister, CANISTER_CREATION, prices.CREATION)
    return ({"canister_id": canister.id},)


def provisional_create_canister_with_cycles(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    amount = prices.PROVISIONAL_CYCLES if args["amount"] is None else _amount(args["amount"])
    canister_id = args["specified_id"]
    if host.state.subnet.next_canister_number > host.subnet.provisional_canisters_max:
        # NOT LIKE THE IC: provisional creation, open to everybody, ends before the disk does.
        raise refusals.too_many_canisters(host.subnet.provisional_canisters_max)
    if canister_id is None:
        canister_id = host.state.allocate_canister_id()
    elif not host.is_hosted(canister_id):
        raise refusals.id_not_hosted(canister_id)
    elif host.state.canisters.is_id_used(canister_id):
        raise refusals.already_installed(canister_id)
    host.state.subnet.cycles_minted += amount
    canister = _create(host, call, canister_id, args["settings"], amount)
    return ({"canister_id": canister.id},)


def provisional_top_up_canister(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.existing(host.state, args["canister_id"])
    host.state.canisters.touch(canister)
    amount = _amount(args["amount"])
    canister.balance += amount
    host.state.subnet.cycles_minted += amount
    return ()


def deposit_cycles(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.existing(host.state, args["canister_id"])
    host.state.canisters.touch(canister)
    amount = call.cycles_available
    call.accept(amount)
    canister.balance += amount
    return ()


def _create(
    host: Host, call: ManagementCall, canister_id: Principal, settings: Mapping[str, Any] | None, balance: int
) -> Canister:
    subnet = host.state.subnet
    canister = host.state.canisters.create(Principal(canister_id), subnet.next_canister_number)
    subnet.next_canister_number += 1
    canister.balance = balance
    canister.created_at_ns = canister.paid_until_ns = call.now_ns
    canister.controllers = (call.caller,)
    variables = None
    if settings is not None:
        apply_settings(host, canister, settings)
        variables = settings["environment_variables"]
    details: dict[str, object] = {
        "controllers": list(canister.controllers),
        "environment_variables_hash": None if variables is None else _hash_of_variables(variables),
    }
    note_change(host, call, canister, "creation", details)
    return canister


def _hash_of_variables(variables: list[Mapping[str, str]]) -> bytes:
    """Interface spec, "Hash of map"."""
    return hash_map({each["name"]: each["value"] for each in variables})


def _amount(given: int) -> int:
    if given > _CYCLES_MAX:
        raise refusals.invalid_payload(f"{refusals.shown(given)} cycles are more than a balance can hold")
    return given
