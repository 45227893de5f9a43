// Candid values in the client's words. Everything that crosses this file is a plain value, fit for `postMessage`.

import { Principal } from "@icp-sdk/core/principal";
import type * as candid from "../generated/user.did";
import type { ChatEvent, EventsPage, EventsResult, EventWrapper, Message } from "./api";
import { Failure } from "./failure";

export function principalFrom(text: string): Principal {
  try {
    return Principal.fromText(text);
  } catch {
    throw new Failure("input", `${text} is not an id`, true);
  }
}

export function optional<T>(value: T | null): [] | [T] {
  return value === null ? [] : [value];
}

export function fromOptional<T>(optionalValue: [] | [T]): T | null {
  return optionalValue.length === 1 ? optionalValue[0] : null;
}

export function milliseconds(time: bigint): number {
  return Number(time);
}

export function messageFrom(message: candid.Message): Message {
  const repliesTo = fromOptional(message.replies_to);
  return {
    messageIndex: message.message_index,
    messageId: message.message_id.toString(),
    sender: message.sender.toText(),
    text: message.content.Text.text,
    repliesTo: repliesTo && {
      eventIndex: repliesTo.event_index,
      chatId: fromOptional(repliesTo.chat_id_if_other)?.toText() ?? null,
    },
    isForwarded: message.forwarded,
  };
}

export function wrapperFrom(wrapper: candid.ChatEventWrapper): EventWrapper {
  return { index: wrapper.index, timestamp: milliseconds(wrapper.timestamp), event: eventFrom(wrapper.event) };
}

function eventFrom(event: candid.ChatEvent): ChatEvent {
  if ("Message" in event) return { kind: "message", message: messageFrom(event.Message) };
  if ("DirectChatCreated" in event) return { kind: "directChatCreated" };
  if ("GroupChatCreated" in event) {
    const { name, created_by } = event.GroupChatCreated;
    return { kind: "groupChatCreated", name, createdBy: created_by.toText() };
  }
  if ("ParticipantsAdded" in event) {
    const { user_ids, added_by } = event.ParticipantsAdded;
    return { kind: "participantsAdded", userIds: user_ids.map((id) => id.toText()), addedBy: added_by.toText() };
  }
  if ("ParticipantJoined" in event) {
    return { kind: "participantJoined", userId: event.ParticipantJoined.user_id.toText() };
  }
  return { kind: "participantLeft", userId: event.ParticipantLeft.user_id.toText() };
}

function pageFrom(page: candid.EventsPage): EventsPage {
  return {
    events: page.events.map(wrapperFrom),
    affectedEvents: page.affected_events.map(wrapperFrom),
    latestEventIndex: page.latest_event_index,
  };
}

type CandidEventsResult =
  | { Success: candid.EventsPage }
  | { ReplicaNotUpToDate: number }
  | { ChatNotFound: null }
  | { CallerNotInGroup: null };

export function eventsResultFrom(result: CandidEventsResult): EventsResult {
  if ("Success" in result) return { kind: "success", page: pageFrom(result.Success) };
  if ("ReplicaNotUpToDate" in result) {
    return { kind: "replicaNotUpToDate", latestEventIndex: result.ReplicaNotUpToDate };
  }
  return { kind: "notFound" };
}
