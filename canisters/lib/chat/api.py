"""Candid types of chat events, the same in the interfaces of user and group canisters."""

from kybra import Opt, Principal, Record, Variant, Vec, nat32, nat64, null, text


class TextContent(Record):
    text: text


class MessageContent(Variant, total=False):
    Text: TextContent


class ReplyContext(Record):
    event_index: nat32
    chat_id_if_other: Opt[Principal]


class Message(Record):
    message_index: nat32
    message_id: nat64
    sender: Principal
    content: MessageContent
    replies_to: Opt[ReplyContext]
    forwarded: bool


class GroupChatCreated(Record):
    name: text
    description: text
    created_by: Principal


class ParticipantsAdded(Record):
    user_ids: Vec[Principal]
    added_by: Principal


class ParticipantJoined(Record):
    user_id: Principal


class ParticipantLeft(Record):
    user_id: Principal


class ChatEvent(Variant, total=False):
    Message: Message
    DirectChatCreated: null
    GroupChatCreated: GroupChatCreated
    ParticipantsAdded: ParticipantsAdded
    ParticipantJoined: ParticipantJoined
    ParticipantLeft: ParticipantLeft


class ChatEventWrapper(Record):
    index: nat32
    timestamp: nat64
    correlation_id: nat64
    event: ChatEvent


class EventsPage(Record):
    events: Vec[ChatEventWrapper]
    affected_events: Vec[ChatEventWrapper]
    latest_event_index: nat32
