// One line of the chat list.

import type { ChatId, User, UserId } from "../../agent/api";
import { type Chat, type ChatKind, messageOf } from "./chat";
import type { OutgoingItem } from "./outgoing";
import { type Delivery, deliveryOf, unreadCount } from "./unread";

export type ChatItem = {
  id: ChatId;
  kind: ChatKind;
  /** Null while the name is not known. */
  title: string | null;
  preview: { sender: string | null; text: string } | null;
  /** State of the latest message if it is mine. */
  delivery: Delivery | "queued" | "failed" | null;
  draft: string;
  timestamp: number;
  unread: number;
};

export type ChatListFacts = {
  me: UserId;
  chats: ReadonlyMap<ChatId, Chat>;
  users: ReadonlyMap<UserId, User>;
  outgoing: readonly OutgoingItem[];
  readHere: ReadonlyMap<ChatId, number>;
  drafts: ReadonlyMap<ChatId, string>;
};

/** Every chat, the one with the latest activity first. */
export function chatItems(facts: ChatListFacts): ChatItem[] {
  const latestOutgoing = new Map(facts.outgoing.map((item) => [item.chat.id, item]));
  const begun = [...latestOutgoing.values()].filter(({ chat }) => !facts.chats.has(chat.id));
  return [
    ...[...facts.chats.values()].map((chat) => itemOf(chat, latestOutgoing.get(chat.id), facts)),
    ...begun.map((item) => begunItem(item, facts)),
  ].sort((a, b) => b.timestamp - a.timestamp);
}

function itemOf(chat: Chat, outgoing: OutgoingItem | undefined, facts: ChatListFacts): ChatItem {
  const latest = messageOf(chat.latestMessage);
  const isMine = latest?.sender === facts.me;
  const item: ChatItem = {
    id: chat.id,
    kind: chat.kind,
    title: titleOf(chat, facts.users),
    preview: latest && { sender: senderLabel(chat, latest.sender, facts), text: latest.text },
    delivery: latest && isMine ? deliveryOf(chat, latest.messageIndex) : null,
    draft: facts.drafts.get(chat.id) ?? "",
    timestamp: Math.max(chat.latestMessage?.timestamp ?? 0, chat.since),
    unread: unreadCount(chat, facts.readHere.get(chat.id) ?? null),
  };
  return outgoing ? { ...item, ...outgoingPart(outgoing, item.timestamp) } : item;
}

/** A chat whose first message has not left this browser. */
function begunItem(item: OutgoingItem, facts: ChatListFacts): ChatItem {
  const { chat } = item;
  const title = facts.users.get(chat.id)?.username ?? null;
  const draft = facts.drafts.get(chat.id) ?? "";
  return { ...chat, title, draft, unread: 0, ...outgoingPart(item, 0) };
}

function outgoingPart(item: OutgoingItem, timestamp: number) {
  return {
    preview: { sender: "You", text: item.text },
    delivery: item.status === "failed" ? ("failed" as const) : ("queued" as const),
    timestamp: Math.max(timestamp, item.createdAt),
  };
}

export function titleOf(chat: Chat, users: ReadonlyMap<UserId, User>): string | null {
  return chat.kind === "group" ? chat.name : (users.get(chat.id)?.username ?? null);
}

function senderLabel(chat: Chat, sender: UserId, { me, users }: ChatListFacts): string | null {
  if (sender === me) return "You";
  return chat.kind === "group" ? (users.get(sender)?.username ?? null) : null;
}
