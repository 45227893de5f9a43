"""Candid records of the user canister; `user.did` is the contract they follow."""

from kybra import Opt, Principal, Record, Variant, Vec, nat, nat16, nat32, nat64, null, text

from canisters.lib.api import LengthError, LengthTooShortError
from canisters.lib.chat.api import ChatEventWrapper, EventsPage, MessageContent, ReplyContext


class UserInitArgs(Record):
    owner: Principal
    username: text
    user_index_canister_id: Principal
    group_index_canister_id: Principal
    notifications_canister_id: Principal


class SendMessageArgs(Record):
    recipient: Principal
    message_id: nat64
    sender_name: text
    content: MessageContent
    replies_to: Opt[ReplyContext]
    forwarding: bool
    correlation_id: nat64


class SendMessageSuccess(Record):
    chat_id: Principal
    event_index: nat32
    message_index: nat32
    timestamp: nat64


class SendMessageResult(Variant, total=False):
    Success: SendMessageSuccess
    MessageEmpty: null
    TextTooLong: LengthError
    RecipientBlocked: null
    RecipientNotFound: null
    InvalidRequest: text
    InternalError: text


class ChatMessagesRead(Record):
    chat_id: Principal
    read_up_to: nat32


class MarkReadArgs(Record):
    messages_read: Vec[ChatMessagesRead]


class MarkReadResult(Variant, total=False):
    Success: null


class BlockUserArgs(Record):
    user_id: Principal


class BlockUserResult(Variant, total=False):
    Success: null
    InvalidRequest: text


class CreateGroupArgs(Record):
    is_public: bool
    name: text
    description: text
    history_visible_to_new_joiners: bool


class CreateGroupSuccess(Record):
    chat_id: Principal


class CreateGroupResult(Variant, total=False):
    Success: CreateGroupSuccess
    NameTooShort: LengthTooShortError
    NameTooLong: LengthError
    NameReserved: null
    NameTaken: null
    DescriptionTooLong: LengthError
    MaxGroupsCreated: nat32
    InternalError: text


class JoinGroupArgs(Record):
    chat_id: Principal
    correlation_id: nat64


class JoinGroupResult(Variant, total=False):
    Success: null
    AlreadyInGroup: null
    GroupNotFound: null
    GroupNotPublic: null
    ParticipantLimitReached: nat32
    InternalError: text


class LeaveGroupArgs(Record):
    chat_id: Principal
    correlation_id: nat64


class LeaveGroupResult(Variant, total=False):
    Success: null
    OwnerCannotLeave: null
    CallerNotInGroup: null
    InternalError: text


class DirectChatSummary(Record):
    them: Principal
    date_created: nat64
    latest_message: ChatEventWrapper
    latest_event_index: nat32
    read_by_me_up_to: Opt[nat32]
    read_by_them_up_to: Opt[nat32]
    confirmed_up_to: Opt[nat32]
    delivery_failed: bool
    last_updated: nat64


class UserGroupSummary(Record):
    chat_id: Principal
    date_joined: nat64
    read_by_me_up_to: Opt[nat32]
    last_updated: nat64


class InitialState(Record):
    timestamp: nat64
    direct_chats: Vec[DirectChatSummary]
    group_chats: Vec[UserGroupSummary]
    blocked_users: Vec[Principal]


class InitialStateResult(Variant, total=False):
    Success: InitialState


class UpdatesArgs(Record):
    updates_since: nat64


class Updates(Record):
    timestamp: nat64
    direct_chats_changed: Vec[DirectChatSummary]
    group_chats_changed: Vec[UserGroupSummary]
    chats_removed: Vec[Principal]
    blocked_users: Opt[Vec[Principal]]


class UpdatesResult(Variant, total=False):
    Success: Updates
    SuccessNoUpdates: nat64


class EventsArgs(Record):
    user_id: Principal
    start_index: nat32
    ascending: bool
    max_events: nat32
    latest_client_event_index: Opt[nat32]


class EventsByIndexArgs(Record):
    user_id: Principal
    events: Vec[nat32]
    latest_client_event_index: Opt[nat32]


class EventsResult(Variant, total=False):
    Success: EventsPage
    ChatNotFound: null
    ReplicaNotUpToDate: nat32


class PublicProfile(Record):
    username: text
    created: nat64


class UserMetrics(Record):
    now: nat64
    version: text
    cycles_balance: nat
    memory_used: nat64
    direct_chats: nat32
    group_chats: nat32
    messages: nat64


class WasmStatus(Record):
    name: text
    version: nat16
    memo: Opt[text]
