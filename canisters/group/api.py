"""Candid types of a group canister, besides those of chat events."""

from kybra import Opt, Principal, Record, Variant, Vec, nat, nat32, nat64, null, text

from canisters.lib.api import LengthError
from canisters.lib.chat.api import ChatEventWrapper, EventsPage, MessageContent


class GroupReplyContext(Record):
    event_index: nat32


class MentionedUser(Record):
    user_id: Principal
    username: text


class SendMessageArgs(Record):
    message_id: nat64
    sender_name: text
    content: MessageContent
    replies_to: Opt[GroupReplyContext]
    mentioned: Vec[MentionedUser]
    forwarding: bool
    correlation_id: nat64


class SendMessageSuccess(Record):
    event_index: nat32
    message_index: nat32
    timestamp: nat64


class SendMessageResult(Variant, total=False):
    Success: SendMessageSuccess
    MessageEmpty: null
    TextTooLong: LengthError
    NotAuthorized: null
    CallerNotInGroup: null
    InvalidRequest: text


class AddParticipantsArgs(Record):
    user_ids: Vec[Principal]
    added_by_name: text
    correlation_id: nat64


class AddParticipantsFailure(Record):
    already_in_group: Vec[Principal]
    who_blocked_request: Vec[Principal]
    errors: Vec[Principal]


class AddParticipantsPartial(Record):
    users_added: Vec[Principal]
    already_in_group: Vec[Principal]
    who_blocked_request: Vec[Principal]
    errors: Vec[Principal]


class AddParticipantsResult(Variant, total=False):
    Success: null
    PartialSuccess: AddParticipantsPartial
    Failed: AddParticipantsFailure
    CallerNotInGroup: null
    NotAuthorized: null
    ParticipantLimitReached: nat32
    InvalidRequest: text


class Role(Variant, total=False):
    Owner: null
    Admin: null
    Participant: null


class Participant(Record):
    user_id: Principal
    date_added: nat64
    role: Role


class GroupDetails(Record):
    latest_event_index: nat32
    participants: Vec[Participant]


class SelectedInitialResult(Variant, total=False):
    Success: GroupDetails
    CallerNotInGroup: null


class GroupSummary(Record):
    chat_id: Principal
    last_updated: nat64
    name: text
    description: text
    is_public: bool
    history_visible_to_new_joiners: bool
    min_visible_event_index: nat32
    min_visible_message_index: nat32
    latest_message: Opt[ChatEventWrapper]
    latest_event_index: nat32
    latest_message_index: Opt[nat32]
    joined: nat64
    participant_count: nat32
    role: Role
    notifications_muted: bool


class SummaryResult(Variant, total=False):
    Success: GroupSummary
    CallerNotInGroup: null


class SummaryUpdatesArgs(Record):
    updates_since: nat64


class SummaryUpdatesResult(Variant, total=False):
    Success: GroupSummary
    SuccessNoUpdates: null
    CallerNotInGroup: null


class PublicGroupSummary(Record):
    chat_id: Principal
    name: text
    description: text
    participant_count: nat32
    latest_message: Opt[ChatEventWrapper]


class PublicSummaryResult(Variant, total=False):
    Success: PublicGroupSummary
    NotAuthorized: null


class EventsArgs(Record):
    start_index: nat32
    ascending: bool
    max_events: nat32
    latest_client_event_index: Opt[nat32]


class EventsByIndexArgs(Record):
    events: Vec[nat32]
    latest_client_event_index: Opt[nat32]


class EventsResult(Variant, total=False):
    Success: EventsPage
    CallerNotInGroup: null
    ReplicaNotUpToDate: nat32


class GroupMetrics(Record):
    now: nat64
    version: text
    cycles_balance: nat
    memory_used: nat64
    participants: nat32
    messages: nat64


class GroupInitArgs(Record):
    is_public: bool
    name: text
    description: text
    history_visible_to_new_joiners: bool
    created_by_user_id: Principal
    created_by_principal: Principal
    user_index_canister_id: Principal
    group_index_canister_id: Principal
    notifications_canister_id: Principal
