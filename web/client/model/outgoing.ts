// A message on its way out of this browser.
//
//   keeping --> queued --> sending --> sent   the canister has it; it stays until the chat's own events show it
//                 ^           |
//                 +-----------+               the network was away: it waits and goes again, with the same id
//                 |           v
//                 +------- failed             the canister refused: the person may try again or discard it
//
// From `queued` on, closing the page loses nothing.

import type { EventWrapper, MessageId, SendResult, SentMessage } from "../../agent/api";
import type { FailureKind } from "../../agent/failure";
import type { ChatRef } from "./chat";

export type SendRefusal =
  | Exclude<SendResult, { kind: "success" }>
  | { kind: "failure"; failure: FailureKind; text: string };

export type OutgoingItem = {
  messageId: MessageId;
  chat: ChatRef;
  text: string;
  /** Event index of the message this one answers. */
  repliesTo: number | null;
  createdAt: number;
  /** Position in the outbox; messages of one chat leave in this order. */
  sequence: number;
  status: "keeping" | "queued" | "sending" | "sent" | "failed";
  refusal: SendRefusal | null;
};

/** The event that the canister made of `item`. */
export function eventOf(item: OutgoingItem, me: string, sent: SentMessage): EventWrapper {
  const message = {
    messageIndex: sent.messageIndex,
    messageId: item.messageId,
    sender: me,
    text: item.text,
    repliesTo: item.repliesTo === null ? null : { eventIndex: item.repliesTo, chatId: null },
    isForwarded: false,
  };
  return { index: sent.eventIndex, timestamp: sent.timestamp, event: { kind: "message", message } };
}
