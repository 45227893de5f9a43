"""The end of a canister that cannot pay its upkeep. Interface spec, "Canister cycles": only the shell of it stays."""

from __future__ import annotations

from dataclasses import replace

from replica.management.code import uninstall
from replica.management.host import Host, ManagementCall
from replica.management.snapshots import delete_snapshot
from replica.state.canister import Canister
from replica.state.consumption import UNINSTALL


def uninstall_out_of_cycles(host: Host, call: ManagementCall, canister: Canister) -> None:
    """Take its code, its memory, snapshots and allocations, and what is left of its balance.

    Id, controllers, other settings and history stay, so whoever controls it can top it up and install it anew.
    """
    host.state.canisters.touch(canister)
    if canister.module_hash is not None:
        uninstall(host, call, canister)
    host.state.chunks.clear(canister)
    for snapshot in host.state.snapshots.all(canister):
        delete_snapshot(host, canister, snapshot)
    canister.kept_bytes = 0
    canister.settings = replace(canister.settings, compute_allocation=0, memory_allocation=0)
    host.state.burn(canister, UNINSTALL, canister.balance)
