"""Push subscriptions and the queue for the relay: the table of contents of the notifications canister."""
# ruff: noqa: F401  # Kybra looks the methods up here

from canisters.notifications.lifecycle import initialize, inspect
from canisters.notifications.queries.latest_notification_index import latest_notification_index
from canisters.notifications.queries.metrics import metrics
from canisters.notifications.queries.notifications import notifications
from canisters.notifications.queries.subscription_exists import subscription_exists
from canisters.notifications.updates.c2c_push_notification import c2c_push_notification
from canisters.notifications.updates.push_subscription import push_subscription
from canisters.notifications.updates.remove_notifications import remove_notifications
from canisters.notifications.updates.remove_subscription import remove_subscription
from canisters.notifications.updates.remove_subscriptions import remove_subscriptions
