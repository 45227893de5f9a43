"""One group: the table of contents of the group canister."""
# ruff: noqa: F401  # Kybra looks the methods up here

from canisters.group.jobs import finish_stale_additions
from canisters.group.lifecycle import after_upgrade, initialize, inspect
from canisters.group.queries.events import events
from canisters.group.queries.events_by_index import events_by_index
from canisters.group.queries.metrics import metrics
from canisters.group.queries.public_summary import public_summary
from canisters.group.queries.selected_initial import selected_initial
from canisters.group.queries.summary import summary
from canisters.group.queries.summary_updates import summary_updates
from canisters.group.updates.add_participants import add_participants
from canisters.group.updates.c2c_join_group_v2 import c2c_join_group_v2
from canisters.group.updates.c2c_leave_group import c2c_leave_group
from canisters.group.updates.send_message import send_message
