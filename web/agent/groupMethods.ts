// Group canisters, and the group_index canister that finds them.

import { AgentError, CertificateNotAuthorizedErrorCode } from "@icp-sdk/core/agent";
import type * as candid from "../generated/group.did";
import type { AddParticipantsResult, ChatAgent, GroupRole, GroupSummary, GroupSummaryResult, SendResult } from "./api";
import { eventsResultFrom, fromOptional, milliseconds, optional, principalFrom, wrapperFrom } from "./mapping";
import type { Network } from "./network";

const NO_CORRELATION = 0n;

type GroupMethods = Pick<
  ChatAgent,
  | "groupSummary"
  | "groupSummaryUpdates"
  | "groupDetails"
  | "groupEvents"
  | "sendGroupMessage"
  | "addParticipants"
  | "publicGroup"
  | "searchGroups"
>;

export function groupMethods(network: Network): GroupMethods {
  return {
    groupSummary: async (chatId) => summaryResultFrom(await (await network.group(chatId)).summary()),

    groupSummaryUpdates: async (chatId, since) =>
      summaryResultFrom(await (await network.group(chatId)).summary_updates({ updates_since: BigInt(since) })),

    groupDetails: async (chatId) => {
      const result = await (await network.group(chatId)).selected_initial();
      if (!("Success" in result)) return null;
      const participants = result.Success.participants.map((participant) => ({
        userId: participant.user_id.toText(),
        dateAdded: milliseconds(participant.date_added),
        role: roleFrom(participant.role),
      }));
      return { latestEventIndex: result.Success.latest_event_index, participants };
    },

    groupEvents: async (chatId, range) => {
      const result = await (await network.group(chatId)).events({
        start_index: range.startIndex,
        ascending: range.ascending,
        max_events: range.eventsMax,
        latest_client_event_index: optional(range.latestKnown),
      });
      return eventsResultFrom(result);
    },

    sendGroupMessage: async (chatId, message) => {
      const result = await (await network.group(chatId)).send_message({
        message_id: BigInt(message.messageId),
        sender_name: message.senderName,
        content: { Text: { text: message.text } },
        replies_to: optional(message.repliesTo === null ? null : { event_index: message.repliesTo }),
        mentioned: [],
        forwarding: false,
        correlation_id: NO_CORRELATION,
      });
      return sendResultFrom(result);
    },

    addParticipants: async (chatId, userIds, addedByName) => {
      const result = await (await network.group(chatId)).add_participants({
        user_ids: userIds.map(principalFrom),
        added_by_name: addedByName,
        correlation_id: NO_CORRELATION,
      });
      return addParticipantsResultFrom(result);
    },

    publicGroup: async (chatId) => {
      const group = await network.group(chatId);
      const result = await group.public_summary().catch(nobodyThere);
      if (!result || !("Success" in result)) return null;
      const { name, description, participant_count, latest_message } = result.Success;
      const latest = fromOptional(latest_message);
      return {
        chatId,
        name,
        description,
        participantCount: participant_count,
        latestMessage: latest && wrapperFrom(latest),
      };
    },

    searchGroups: async (term, resultsMax) => {
      const result = await (await network.groupIndex()).search({ search_term: term, max_results: resultsMax });
      if ("TermTooShort" in result) return { kind: "termTooShort", bytesMin: result.TermTooShort.min_length };
      if ("TermTooLong" in result) return { kind: "termTooLong", bytesMax: result.TermTooLong.max_length };
      const matches = result.Success.matches.map(({ chat_id, name, description }) => ({
        chatId: chat_id.toText(),
        name,
        description,
      }));
      return { kind: "success", matches };
    },
  };
}

/**
 * A preview may be asked of any id that somebody put into an address. That the network has no canister with it shows in
 * its certificates as "not authorized for this id", which is no reason to distrust the network.
 */
function nobodyThere(error: unknown): null {
  if (error instanceof AgentError && error.hasCode(CertificateNotAuthorizedErrorCode)) return null;
  throw error;
}

function summaryResultFrom(result: candid.SummaryResult | candid.SummaryUpdatesResult): GroupSummaryResult {
  if ("Success" in result) return { kind: "success", summary: summaryFrom(result.Success) };
  return "CallerNotInGroup" in result ? { kind: "notInGroup" } : { kind: "noUpdates" };
}

function summaryFrom(summary: candid.GroupSummary): GroupSummary {
  const latest = fromOptional(summary.latest_message);
  return {
    chatId: summary.chat_id.toText(),
    name: summary.name,
    description: summary.description,
    isPublic: summary.is_public,
    historyVisibleToNewJoiners: summary.history_visible_to_new_joiners,
    minVisibleEventIndex: summary.min_visible_event_index,
    minVisibleMessageIndex: summary.min_visible_message_index,
    latestMessage: latest && wrapperFrom(latest),
    latestEventIndex: summary.latest_event_index,
    latestMessageIndex: fromOptional(summary.latest_message_index),
    dateJoined: milliseconds(summary.joined),
    participantCount: summary.participant_count,
    role: roleFrom(summary.role),
    lastUpdated: milliseconds(summary.last_updated),
  };
}

function roleFrom(role: candid.Role): GroupRole {
  if ("Owner" in role) return "owner";
  return "Admin" in role ? "admin" : "participant";
}

function sendResultFrom(result: candid.SendMessageResult): SendResult {
  if ("Success" in result) {
    const { event_index, message_index, timestamp } = result.Success;
    return {
      kind: "success",
      sent: { eventIndex: event_index, messageIndex: message_index, timestamp: milliseconds(timestamp) },
    };
  }
  if ("MessageEmpty" in result) return { kind: "messageEmpty" };
  if ("TextTooLong" in result) return { kind: "textTooLong", bytesMax: result.TextTooLong.max_length };
  if ("NotAuthorized" in result) return { kind: "notAuthorized" };
  if ("CallerNotInGroup" in result) return { kind: "notInGroup" };
  return { kind: "invalidRequest", text: result.InvalidRequest };
}

function addParticipantsResultFrom(result: candid.AddParticipantsResult): AddParticipantsResult {
  const texts = (ids: { toText(): string }[]) => ids.map((id) => id.toText());
  const failures = (details: candid.AddParticipantsFailure) => ({
    alreadyInGroup: texts(details.already_in_group),
    blocked: texts(details.who_blocked_request),
    failed: texts(details.errors),
  });

  if ("Success" in result) return { kind: "success" };
  if ("PartialSuccess" in result) {
    return {
      kind: "partialSuccess",
      added: texts(result.PartialSuccess.users_added),
      ...failures(result.PartialSuccess),
    };
  }
  if ("Failed" in result) return { kind: "failed", ...failures(result.Failed) };
  if ("CallerNotInGroup" in result) return { kind: "notInGroup" };
  if ("NotAuthorized" in result) return { kind: "notAuthorized" };
  if ("ParticipantLimitReached" in result) {
    return { kind: "participantLimitReached", limit: result.ParticipantLimitReached };
  }
  return { kind: "invalidRequest", text: result.InvalidRequest };
}
