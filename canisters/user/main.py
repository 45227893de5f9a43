"""The table of contents of the user canister: every public method, and what runs it."""
# ruff: noqa: F401  # Kybra looks the methods up here

from canisters.user.guards import caller_is_owner
from canisters.user.jobs import run_outbox
from canisters.user.lifecycle import after_upgrade, initialize, inspect
from canisters.user.queries.events import events
from canisters.user.queries.events_by_index import events_by_index
from canisters.user.queries.http_request import http_request
from canisters.user.queries.initial_state import initial_state
from canisters.user.queries.metrics import metrics
from canisters.user.queries.public_profile import public_profile
from canisters.user.queries.updates import updates
from canisters.user.queries.wasm_status import wasm_status
from canisters.user.updates.block_user import block_user
from canisters.user.updates.c2c_push_events import c2c_push_events
from canisters.user.updates.c2c_subscribed import c2c_subscribed
from canisters.user.updates.c2c_try_add_to_group import c2c_try_add_to_group
from canisters.user.updates.create_group import create_group
from canisters.user.updates.join_group_v2 import join_group_v2
from canisters.user.updates.leave_group import leave_group
from canisters.user.updates.mark_read_v2 import mark_read_v2
from canisters.user.updates.send_message import send_message
from canisters.user.updates.unblock_user import unblock_user
