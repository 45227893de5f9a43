// What happened in a chat, as one line: "bob joined".

import type { ChatEvent, UserId } from "../client/types";

export function eventText(
  event: Exclude<ChatEvent, { kind: "message" }>,
  me: UserId,
  nameOf: (userId: UserId) => string,
): string {
  const subject = (userId: UserId) => (userId === me ? "You" : nameOf(userId));
  const object = (userId: UserId) => (userId === me ? "you" : nameOf(userId));

  switch (event.kind) {
    case "directChatCreated":
      return "The conversation begins here";
    case "groupChatCreated":
      return `${subject(event.createdBy)} created the group`;
    case "participantsAdded":
      return `${subject(event.addedBy)} added ${listText(event.userIds.map(object))}`;
    case "participantJoined":
      return `${subject(event.userId)} joined`;
    case "participantLeft":
      return `${subject(event.userId)} left`;
  }
}

const NAMES_MAX = 4;

export function listText(names: string[]): string {
  if (names.length > NAMES_MAX)
    return `${names.slice(0, NAMES_MAX - 1).join(", ")} and ${names.length - NAMES_MAX + 1} more`;
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
