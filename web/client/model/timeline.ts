// The rows of a conversation as they are shown: messages in groups, days, what happened in the chat, where new begins.

import type { ChatEvent, EventWrapper, MessageId, UserId } from "../../agent/api";
import type { Chat } from "./chat";
import type { OutgoingItem } from "./outgoing";
import { type Delivery, deliveryOf } from "./unread";

const GROUPING_MS = 3 * 60_000;

export type MessageRow = {
  kind: "message";
  key: string;
  messageId: MessageId;
  /** Null until the canister gave it one. */
  messageIndex: number | null;
  eventIndex: number | null;
  sender: UserId;
  isMine: boolean;
  text: string;
  repliesTo: number | null;
  timestamp: number;
  /** Null for messages of others. */
  status: Delivery | OutgoingItem["status"] | null;
  outgoing: OutgoingItem | null;
  /** Messages of one person that follow each other closely are shown as one block. */
  isFirstOfBlock: boolean;
  isLastOfBlock: boolean;
};

export type Row =
  | { kind: "day"; key: string; timestamp: number }
  | { kind: "event"; key: string; timestamp: number; event: Exclude<ChatEvent, { kind: "message" }> }
  | { kind: "newMessages"; key: string }
  | MessageRow;

export type TimelineFacts = {
  me: UserId;
  chat: Chat | null;
  events: readonly EventWrapper[];
  /** This chat's part of the outbox. */
  outgoing: readonly OutgoingItem[];
  /** The last message that was read when the chat was opened; null if there is nothing to point out. */
  newAfterMessageIndex: number | null;
  /** Start of the day that a time is in; the caller knows the time zone. */
  dayOf: (timestamp: number) => number;
};

export function timelineRows(facts: TimelineFacts): Row[] {
  const rows: Row[] = [];
  let day: number | null = null;
  let isMarked = false;

  for (const row of contentRows(facts)) {
    const rowDay = facts.dayOf(row.timestamp);
    if (rowDay !== day) rows.push({ kind: "day", key: `day-${rowDay}`, timestamp: row.timestamp });
    day = rowDay;
    if (!isMarked && isNew(row, facts.newAfterMessageIndex)) {
      rows.push({ kind: "newMessages", key: "new-messages" });
      isMarked = true;
    }
    rows.push(row);
  }
  return withBlocks(rows);
}

/** `next`, with the very objects of `previous` where nothing changed, so that views leave those rows alone. */
export function keepUnchanged(previous: readonly Row[], next: Row[]): Row[] {
  const known = new Map(previous.map((row) => [row.key, row]));
  return next.map((row) => {
    const before = known.get(row.key);
    return before && isSame(before, row) ? before : row;
  });
}

function isSame(a: Row, b: Row): boolean {
  const fields = Object.keys(b) as (keyof Row)[];
  return fields.every((field) => a[field] === b[field]);
}

type ContentRow = MessageRow | Extract<Row, { kind: "event" }>;

function contentRows(facts: TimelineFacts): ContentRow[] {
  const confirmed = facts.events.map((wrapper) => confirmedRow(wrapper, facts));
  const ids = new Set(confirmed.flatMap((row) => (row.kind === "message" ? [row.messageId] : [])));
  const unconfirmed = facts.outgoing
    .filter((item) => !ids.has(item.messageId))
    .map((item) => outgoingRow(item, facts.me));
  return [...confirmed, ...unconfirmed];
}

function confirmedRow({ index, timestamp, event }: EventWrapper, { me, chat }: TimelineFacts): ContentRow {
  if (event.kind !== "message") return { kind: "event", key: `event-${index}`, timestamp, event };
  const { message } = event;
  const isMine = message.sender === me;
  return {
    kind: "message",
    key: `message-${message.messageId}`,
    messageId: message.messageId,
    messageIndex: message.messageIndex,
    eventIndex: index,
    sender: message.sender,
    isMine,
    text: message.text,
    repliesTo: message.repliesTo?.chatId ? null : (message.repliesTo?.eventIndex ?? null),
    timestamp,
    status: isMine ? deliveryOf(chat, message.messageIndex) : null,
    outgoing: null,
    isFirstOfBlock: true,
    isLastOfBlock: true,
  };
}

function outgoingRow(item: OutgoingItem, me: UserId): MessageRow {
  return {
    kind: "message",
    key: `message-${item.messageId}`,
    messageId: item.messageId,
    messageIndex: null,
    eventIndex: null,
    sender: me,
    isMine: true,
    text: item.text,
    repliesTo: item.repliesTo,
    timestamp: item.createdAt,
    status: item.status,
    outgoing: item,
    isFirstOfBlock: true,
    isLastOfBlock: true,
  };
}

function isNew(row: ContentRow, newAfterMessageIndex: number | null): boolean {
  if (newAfterMessageIndex === null || row.kind !== "message" || row.isMine) return false;
  return (row.messageIndex ?? 0) > newAfterMessageIndex;
}

function withBlocks(rows: Row[]): Row[] {
  return rows.map((row, position) => {
    if (row.kind !== "message") return row;
    return {
      ...row,
      isFirstOfBlock: !isSameBlock(rows[position - 1], row),
      isLastOfBlock: !isSameBlock(row, rows[position + 1]),
    };
  });
}

function isSameBlock(before: Row | undefined, after: Row | undefined): boolean {
  if (before?.kind !== "message" || after?.kind !== "message" || before.sender !== after.sender) return false;
  return after.timestamp - before.timestamp < GROUPING_MS;
}
