import type { ChatEvent, EventWrapper, UserId } from "../../agent/api";

/** Everybody who is named by these events. */
export function peopleIn(events: readonly EventWrapper[]): Set<UserId> {
  return new Set(events.flatMap(({ event }) => peopleInEvent(event)));
}

function peopleInEvent(event: ChatEvent): UserId[] {
  switch (event.kind) {
    case "message":
      return [event.message.sender];
    case "groupChatCreated":
      return [event.createdBy];
    case "participantsAdded":
      return [event.addedBy, ...event.userIds];
    case "participantJoined":
    case "participantLeft":
      return [event.userId];
    case "directChatCreated":
      return [];
  }
}
