"""The registry of groups: the table of contents of the group index."""
# ruff: noqa: F401  # Kybra looks the methods up here

from canisters.group_index.jobs import fill_pool, run_upgrades, run_watch
from canisters.group_index.lifecycle import after_upgrade, initialize, inspect
from canisters.group_index.queries.metrics import metrics
from canisters.group_index.queries.search import search
from canisters.group_index.updates.c2c_create_group import c2c_create_group
from canisters.group_index.updates.c2c_lookup_group import c2c_lookup_group
from canisters.group_index.updates.upgrade_group_canister_wasm import upgrade_group_canister_wasm
