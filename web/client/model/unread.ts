// How many messages of a chat a person has not seen.

import { type Chat, laterOf, latestMessageIndexOf } from "./chat";

/** `readHere` is what was read in this browser and may not have reached the canister yet. */
export function unreadCount(chat: Chat, readHere: number | null): number {
  const latest = latestMessageIndexOf(chat);
  if (latest === null) return 0;
  const firstVisible = chat.kind === "group" ? chat.minVisibleMessageIndex : 0;
  const read = laterOf(chat.readByMeUpTo, readHere) ?? -1;
  return Math.max(0, latest - Math.max(read, firstVisible - 1));
}

export type Delivery = "sent" | "delivered" | "read" | "undelivered";

/** What became of my message with this index, as far as `chat` tells. Groups do not tell who has read what. */
export function deliveryOf(chat: Chat | null, messageIndex: number): Delivery {
  if (chat?.kind !== "direct") return "sent";
  if ((chat.readByThemUpTo ?? -1) >= messageIndex) return "read";
  if ((chat.confirmedUpTo ?? -1) >= messageIndex) return "delivered";
  return chat.hasDeliveryFailed ? "undelivered" : "sent";
}
