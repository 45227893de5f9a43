// What the client knows of each chat, and how canisters' answers become that.

import type {
  ChatId,
  DirectChatSummary,
  EventWrapper,
  GroupRole,
  GroupSummary,
  JoinedGroup,
  Message,
  UserId,
} from "../../agent/api";

type ChatBase = {
  id: ChatId;
  latestMessage: EventWrapper | null;
  latestEventIndex: number;
  readByMeUpTo: number | null;
  /** When the chat began for this person; it sorts chats without messages. */
  since: number;
};

export type DirectChat = ChatBase & {
  kind: "direct";
  readByThemUpTo: number | null;
  confirmedUpTo: number | null;
  hasDeliveryFailed: boolean;
};

export type GroupChat = ChatBase & {
  kind: "group";
  name: string;
  description: string;
  isPublic: boolean;
  minVisibleEventIndex: number;
  minVisibleMessageIndex: number;
  latestMessageIndex: number | null;
  participantCount: number;
  role: GroupRole;
  lastUpdated: number;
};

export type Chat = DirectChat | GroupChat;
export type ChatKind = Chat["kind"];
/** Enough to send to a chat: a direct chat is named by the other person's id. */
export type ChatRef = { kind: ChatKind; id: ChatId };

export function directChatFrom(summary: DirectChatSummary): DirectChat {
  return {
    kind: "direct",
    id: summary.them,
    latestMessage: summary.latestMessage,
    latestEventIndex: summary.latestEventIndex,
    readByMeUpTo: summary.readByMeUpTo,
    readByThemUpTo: summary.readByThemUpTo,
    confirmedUpTo: summary.confirmedUpTo,
    hasDeliveryFailed: summary.hasDeliveryFailed,
    since: summary.dateCreated,
  };
}

export function groupChatFrom(summary: GroupSummary, joined: JoinedGroup): GroupChat {
  return {
    kind: "group",
    id: summary.chatId,
    name: summary.name,
    description: summary.description,
    isPublic: summary.isPublic,
    minVisibleEventIndex: summary.minVisibleEventIndex,
    minVisibleMessageIndex: summary.minVisibleMessageIndex,
    latestMessage: summary.latestMessage,
    latestEventIndex: summary.latestEventIndex,
    latestMessageIndex: summary.latestMessageIndex,
    readByMeUpTo: joined.readByMeUpTo,
    since: summary.dateJoined,
    participantCount: summary.participantCount,
    role: summary.role,
    lastUpdated: summary.lastUpdated,
  };
}

/** The chat that begins when my first message to somebody was stored. */
export function newDirectChat(them: UserId, first: EventWrapper): DirectChat {
  return {
    kind: "direct",
    id: them,
    latestMessage: null,
    latestEventIndex: -1,
    readByMeUpTo: null,
    readByThemUpTo: null,
    confirmedUpTo: null,
    hasDeliveryFailed: false,
    since: first.timestamp,
  };
}

/** `chat` after my message was stored as `event`, which the canister's next summary will tell as well. */
export function withSentMessage(chat: Chat, event: EventWrapper): Chat {
  const message = messageOf(event);
  if (!message || event.index <= chat.latestEventIndex) return chat;
  const next = {
    ...chat,
    latestMessage: event,
    latestEventIndex: event.index,
    readByMeUpTo: laterOf(chat.readByMeUpTo, message.messageIndex),
  };
  return next.kind === "group" ? { ...next, latestMessageIndex: message.messageIndex } : next;
}

export function messageOf(wrapper: EventWrapper | null): Message | null {
  return wrapper?.event.kind === "message" ? wrapper.event.message : null;
}

export function latestMessageIndexOf(chat: Chat): number | null {
  if (chat.kind === "group") return chat.latestMessageIndex;
  return messageOf(chat.latestMessage)?.messageIndex ?? null;
}

export function firstVisibleEventIndexOf(chat: Chat): number {
  return chat.kind === "group" ? chat.minVisibleEventIndex : 0;
}

export function laterOf(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.max(a, b);
}
