"""The table of contents of the user index: every public method, and what runs it."""
# ruff: noqa: F401  # Kybra looks the methods up here

from canisters.lib.management import Management
from canisters.user_index.guards import caller_is_registered, caller_is_signed_in
from canisters.user_index.jobs import fill_pool, run_upgrades, run_watch
from canisters.user_index.lifecycle import after_upgrade, initialize, inspect
from canisters.user_index.queries.check_username import check_username
from canisters.user_index.queries.current_user import current_user
from canisters.user_index.queries.metrics import metrics
from canisters.user_index.queries.search import search
from canisters.user_index.queries.user import user
from canisters.user_index.queries.users import users
from canisters.user_index.updates.c2c_lookup_principal import c2c_lookup_principal
from canisters.user_index.updates.c2c_lookup_user_id import c2c_lookup_user_id
from canisters.user_index.updates.register_user import register_user
from canisters.user_index.updates.upgrade_user_canister_wasm import upgrade_user_canister_wasm
