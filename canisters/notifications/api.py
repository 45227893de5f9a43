"""Candid types of the notifications canister."""

from kybra import Principal, Record, Variant, Vec, blob, nat, nat32, nat64, null, text


class SubscriptionKeys(Record):
    p256dh: text
    auth: text


class Subscription(Record):
    endpoint: text
    keys: SubscriptionKeys


class PushSubscriptionArgs(Record):
    subscription: Subscription


class PushSubscriptionResult(Variant, total=False):
    Success: null
    UserNotFound: null
    InvalidRequest: text
    InternalError: text


class SubscriptionExistsArgs(Record):
    p256dh_key: text


class SubscriptionExistsResult(Variant, total=False):
    Yes: null
    No: null


class RemoveSubscriptionArgs(Record):
    p256dh_key: text


class RemoveSubscriptionResult(Variant, total=False):
    Success: null


class NotificationsArgs(Record):
    from_notification_index: nat64


class NotificationEnvelope(Record):
    index: nat64
    timestamp: nat64
    recipients: Vec[Principal]
    notification_bytes: blob


class UserSubscriptions(Record):
    user_id: Principal
    subscriptions: Vec[Subscription]


class NotificationsSuccess(Record):
    notifications: Vec[NotificationEnvelope]
    subscriptions: Vec[UserSubscriptions]


class NotificationsResult(Variant, total=False):
    Success: NotificationsSuccess
    NotAuthorized: null


class LatestNotificationIndexResult(Variant, total=False):
    Success: nat64
    NotAuthorized: null


class RemoveNotificationsArgs(Record):
    up_to_notification_index: nat64


class RemoveNotificationsResult(Variant, total=False):
    Success: null
    NotAuthorized: null


class UserSubscriptionKeys(Record):
    user_id: Principal
    p256dh_keys: Vec[text]


class RemoveSubscriptionsArgs(Record):
    subscriptions: Vec[UserSubscriptionKeys]


class RemoveSubscriptionsResult(Variant, total=False):
    Success: null
    NotAuthorized: null


class NotificationsMetrics(Record):
    now: nat64
    cycles_balance: nat
    queued_notifications: nat32
    latest_notification_index: nat64
    subscriptions: nat32
    users: nat32


class NotificationsInitArgs(Record):
    user_index_canister_id: Principal
    group_index_canister_id: Principal
    push_service_principals: Vec[Principal]
