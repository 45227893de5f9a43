// The person's own user canister: direct chats, the groups they are in, what they have read.

import type * as candid from "../generated/user.did";
import type {
  ChatAgent,
  CreateGroupResult,
  DirectChatSummary,
  JoinedGroup,
  JoinGroupResult,
  LeaveGroupResult,
  SendResult,
} from "./api";
import { eventsResultFrom, fromOptional, milliseconds, optional, principalFrom, wrapperFrom } from "./mapping";
import type { Network } from "./network";

const NO_CORRELATION = 0n;

type UserMethods = Pick<
  ChatAgent,
  | "initialState"
  | "updates"
  | "directEvents"
  | "sendDirectMessage"
  | "markRead"
  | "blockUser"
  | "createGroup"
  | "joinGroup"
  | "leaveGroup"
>;

export function userMethods(network: Network): UserMethods {
  return {
    initialState: async (me) => {
      const { Success: state } = await (await network.user(me)).initial_state();
      return {
        timestamp: milliseconds(state.timestamp),
        directChats: state.direct_chats.map(directChatFrom),
        groups: state.group_chats.map(joinedGroupFrom),
        blockedUsers: state.blocked_users.map((id) => id.toText()),
      };
    },

    updates: async (me, since) => {
      const result = await (await network.user(me)).updates({ updates_since: BigInt(since) });
      if (!("Success" in result)) return null;
      const updates = result.Success;
      return {
        timestamp: milliseconds(updates.timestamp),
        directChatsChanged: updates.direct_chats_changed.map(directChatFrom),
        groupsChanged: updates.group_chats_changed.map(joinedGroupFrom),
        chatsRemoved: updates.chats_removed.map((id) => id.toText()),
        blockedUsers: fromOptional(updates.blocked_users)?.map((id) => id.toText()) ?? null,
      };
    },

    directEvents: async (me, them, range) => {
      const result = await (await network.user(me)).events({
        user_id: principalFrom(them),
        start_index: range.startIndex,
        ascending: range.ascending,
        max_events: range.eventsMax,
        latest_client_event_index: optional(range.latestKnown),
      });
      return eventsResultFrom(result);
    },

    sendDirectMessage: async (me, them, message) => {
      const result = await (await network.user(me)).send_message({
        recipient: principalFrom(them),
        message_id: BigInt(message.messageId),
        sender_name: message.senderName,
        content: { Text: { text: message.text } },
        replies_to: optional(
          message.repliesTo === null ? null : { event_index: message.repliesTo, chat_id_if_other: [] },
        ),
        forwarding: false,
        correlation_id: NO_CORRELATION,
      });
      return sendResultFrom(result);
    },

    markRead: async (me, marks) => {
      const messagesRead = marks.map(({ chatId, readUpTo }) => ({
        chat_id: principalFrom(chatId),
        read_up_to: readUpTo,
      }));
      await (await network.user(me)).mark_read_v2({ messages_read: messagesRead });
    },

    blockUser: async (me, userId, isBlocked) => {
      const user = await network.user(me);
      const args = { user_id: principalFrom(userId) };
      await (isBlocked ? user.block_user(args) : user.unblock_user(args));
    },

    createGroup: async (me, group) => {
      const result = await (await network.user(me)).create_group({
        name: group.name,
        description: group.description,
        is_public: group.isPublic,
        history_visible_to_new_joiners: group.historyVisibleToNewJoiners,
      });
      return createGroupResultFrom(result);
    },

    joinGroup: async (me, chatId) => {
      const args = { chat_id: principalFrom(chatId), correlation_id: NO_CORRELATION };
      return joinGroupResultFrom(await (await network.user(me)).join_group_v2(args));
    },

    leaveGroup: async (me, chatId) => {
      const args = { chat_id: principalFrom(chatId), correlation_id: NO_CORRELATION };
      return leaveGroupResultFrom(await (await network.user(me)).leave_group(args));
    },
  };
}

function directChatFrom(chat: candid.DirectChatSummary): DirectChatSummary {
  return {
    them: chat.them.toText(),
    dateCreated: milliseconds(chat.date_created),
    latestMessage: wrapperFrom(chat.latest_message),
    latestEventIndex: chat.latest_event_index,
    readByMeUpTo: fromOptional(chat.read_by_me_up_to),
    readByThemUpTo: fromOptional(chat.read_by_them_up_to),
    confirmedUpTo: fromOptional(chat.confirmed_up_to),
    hasDeliveryFailed: chat.delivery_failed,
    lastUpdated: milliseconds(chat.last_updated),
  };
}

function joinedGroupFrom(group: candid.UserGroupSummary): JoinedGroup {
  return {
    chatId: group.chat_id.toText(),
    dateJoined: milliseconds(group.date_joined),
    readByMeUpTo: fromOptional(group.read_by_me_up_to),
  };
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
  if ("RecipientBlocked" in result) return { kind: "recipientBlocked" };
  if ("RecipientNotFound" in result) return { kind: "recipientNotFound" };
  if ("InvalidRequest" in result) return { kind: "invalidRequest", text: result.InvalidRequest };
  return { kind: "internalError", text: result.InternalError };
}

function createGroupResultFrom(result: candid.CreateGroupResult): CreateGroupResult {
  if ("Success" in result) return { kind: "success", chatId: result.Success.chat_id.toText() };
  if ("NameTooShort" in result) return { kind: "nameTooShort", bytesMin: result.NameTooShort.min_length };
  if ("NameTooLong" in result) return { kind: "nameTooLong", bytesMax: result.NameTooLong.max_length };
  if ("NameReserved" in result) return { kind: "nameReserved" };
  if ("NameTaken" in result) return { kind: "nameTaken" };
  if ("DescriptionTooLong" in result) {
    return { kind: "descriptionTooLong", bytesMax: result.DescriptionTooLong.max_length };
  }
  if ("MaxGroupsCreated" in result) return { kind: "maxGroupsCreated", limit: result.MaxGroupsCreated };
  return { kind: "internalError", text: result.InternalError };
}

function joinGroupResultFrom(result: candid.JoinGroupResult): JoinGroupResult {
  if ("Success" in result) return { kind: "success" };
  if ("AlreadyInGroup" in result) return { kind: "alreadyInGroup" };
  if ("GroupNotFound" in result) return { kind: "groupNotFound" };
  if ("GroupNotPublic" in result) return { kind: "groupNotPublic" };
  if ("ParticipantLimitReached" in result) {
    return { kind: "participantLimitReached", limit: result.ParticipantLimitReached };
  }
  return { kind: "internalError", text: result.InternalError };
}

function leaveGroupResultFrom(result: candid.LeaveGroupResult): LeaveGroupResult {
  if ("Success" in result) return { kind: "success" };
  if ("OwnerCannotLeave" in result) return { kind: "ownerCannotLeave" };
  if ("CallerNotInGroup" in result) return { kind: "notInGroup" };
  return { kind: "internalError", text: result.InternalError };
}
