// The agent of one browser in a `FakeWorld`.

import type {
  ChatAgent,
  DirectChatSummary,
  EventsRange,
  EventsResult,
  EventWrapper,
  GroupSummary,
  StoredIdentity,
  UsernameVerdict,
} from "../../agent/api";
import { Failure } from "../../agent/failure";
import {
  GROUP_NAME_BYTES_MAX,
  GROUP_NAME_BYTES_MIN,
  isUsernameWellFormed,
  MESSAGE_BYTES_MAX,
  USERNAME_BYTES_MAX,
  USERNAME_BYTES_MIN,
} from "../../client/model/limits";
import {
  type FakeDirectChat,
  type FakeGroup,
  type FakeMember,
  type FakePerson,
  type FakeWorld,
  latestMessageIndexIn,
  messageIn,
} from "./fakeWorld";

let browsers = 0;

/** `as` is somebody who has a session in this browser already. */
export function fakeAgent(world: FakeWorld, as: FakePerson | null = null): ChatAgent {
  browsers += 1;
  const browser = browsers;
  const identities: StoredIdentity[] = as ? [{ principal: as.principal, username: as.username, createdAt: 0 }] : [];
  let principal: string | null = as?.principal ?? null;

  const me = () => [...world.people.values()].find((person) => person.principal === principal) ?? null;
  const group = (chatId: string): FakeGroup => {
    world.requireNetwork();
    const found = world.groups.get(chatId);
    if (!found) throw new Failure("reject", `Canister ${chatId} not found`, true);
    return found;
  };
  const membership = (chatId: string): { group: FakeGroup; member: FakeMember } | null => {
    const found = group(chatId);
    const member = found.members.get(me()?.userId ?? "");
    return member ? { group: found, member } : null;
  };

  return {
    configure: async () => undefined,
    identities: async () => [...identities],
    resumeSession: async () => principal,
    signIn: async (known) => {
      principal = known ?? `principal-${browser}-${identities.length}`;
      if (known === null) identities.push({ principal, username: null, createdAt: identities.length });
      return principal;
    },
    signOut: async () => {
      principal = null;
    },
    rememberUsername: async (username) => {
      const identity = identities.find((known) => known.principal === principal);
      if (identity) identity.username = username;
    },
    forgetIdentity: async (forgotten) => {
      identities.splice(
        identities.findIndex((known) => known.principal === forgotten),
        1,
      );
    },

    currentUser: async () => {
      world.requireNetwork();
      return me();
    },
    checkUsername: async (username) => {
      world.requireNetwork();
      return usernameVerdict(world, username);
    },
    registerUser: async (username) => {
      world.requireNetwork();
      const verdict = usernameVerdict(world, username);
      if (verdict.kind !== "success") return verdict;
      return { kind: "success", userId: world.register(principal ?? "", username).userId };
    },
    user: async (userId) => {
      world.requireNetwork();
      return world.people.get(userId) ?? null;
    },
    users: async (userIds, updatedSince) => {
      world.requireNetwork();
      const users = userIds.flatMap((id) => world.people.get(id) ?? []);
      return { users: users.filter((user) => user.dateCreated > updatedSince), timestamp: world.now() };
    },
    searchUsers: async (term, resultsMax) => {
      world.requireNetwork();
      const found = [...world.people.values()].filter((person) => contains(person.username, term));
      return found.slice(0, resultsMax);
    },

    initialState: async (userId) => {
      world.requireNetwork();
      const canister = world.canister(userId);
      return {
        timestamp: world.now(),
        directChats: [...canister.directChats.values()].map(directSummary),
        groups: [...canister.groups].map(([chatId, joined]) => ({ chatId, ...joined })),
        blockedUsers: [...canister.blocked],
      };
    },
    updates: async (userId, since) => {
      world.requireNetwork();
      const canister = world.canister(userId);
      const direct = [...canister.directChats.values()].filter((chat) => chat.lastUpdated > since);
      const groups = [...canister.groups].filter(([, joined]) => joined.lastUpdated > since);
      const removed = [...canister.removed].filter(([, when]) => when > since).map(([id]) => id);
      if (direct.length + groups.length + removed.length === 0) return null;
      return {
        timestamp: world.now(),
        directChatsChanged: direct.map(directSummary),
        groupsChanged: groups.map(([chatId, joined]) => ({ chatId, ...joined })),
        chatsRemoved: removed,
        blockedUsers: [...canister.blocked],
      };
    },
    directEvents: async (userId, them, range) => {
      world.requireNetwork();
      const chat = world.canister(userId).directChats.get(them);
      return chat ? page(chat.events, range, 0) : { kind: "notFound" };
    },
    sendDirectMessage: async (userId, them, message) => {
      world.requireNetwork();
      if (new TextEncoder().encode(message.text).length > MESSAGE_BYTES_MAX) {
        return { kind: "textTooLong", bytesMax: MESSAGE_BYTES_MAX };
      }
      if (world.canister(userId).blocked.has(them)) return { kind: "recipientBlocked" };
      if (!world.people.has(them)) return { kind: "recipientNotFound" };
      return sent(world.sendDirect(userId, them, message.messageId, message.text, message.repliesTo));
    },
    markRead: async (userId, marks) => {
      world.requireNetwork();
      for (const { chatId, readUpTo } of marks) world.markRead(userId, chatId, readUpTo);
    },
    blockUser: async (userId, other, isBlocked) => {
      world.requireNetwork();
      const { blocked, directChats } = world.canister(userId);
      if (isBlocked) blocked.add(other);
      else blocked.delete(other);
      const chat = directChats.get(other);
      if (chat) chat.lastUpdated = world.now();
    },
    createGroup: async (userId, wanted) => {
      world.requireNetwork();
      if (wanted.name.length < GROUP_NAME_BYTES_MIN) return { kind: "nameTooShort", bytesMin: GROUP_NAME_BYTES_MIN };
      if (wanted.name.length > GROUP_NAME_BYTES_MAX) return { kind: "nameTooLong", bytesMax: GROUP_NAME_BYTES_MAX };
      const isTaken = [...world.groups.values()].some((known) => known.isPublic && known.name === wanted.name);
      if (wanted.isPublic && isTaken) return { kind: "nameTaken" };
      const { name, isPublic, description, historyVisibleToNewJoiners } = wanted;
      const made = world.createGroup(userId, name, isPublic, description, historyVisibleToNewJoiners);
      return { kind: "success", chatId: made.chatId };
    },
    joinGroup: async (userId, chatId) => {
      const wanted = group(chatId);
      if (!wanted.isPublic) return { kind: "groupNotPublic" };
      if (wanted.members.has(userId)) return { kind: "alreadyInGroup" };
      world.join(wanted, userId);
      return { kind: "success" };
    },
    leaveGroup: async (_userId, chatId) => {
      const found = membership(chatId);
      if (!found) return { kind: "notInGroup" };
      if (found.member.role === "owner") return { kind: "ownerCannotLeave" };
      world.leave(found.group, found.member.userId);
      return { kind: "success" };
    },

    groupSummary: async (chatId) => {
      const found = membership(chatId);
      return found ? { kind: "success", summary: groupSummary(found.group, found.member) } : { kind: "notInGroup" };
    },
    groupSummaryUpdates: async (chatId, since) => {
      const found = membership(chatId);
      if (!found) return { kind: "notInGroup" };
      if (found.group.lastUpdated <= since) return { kind: "noUpdates" };
      return { kind: "success", summary: groupSummary(found.group, found.member) };
    },
    groupDetails: async (chatId) => {
      const found = membership(chatId);
      if (!found) return null;
      return { latestEventIndex: found.group.events.length - 1, participants: [...found.group.members.values()] };
    },
    groupEvents: async (chatId, range) => {
      const found = membership(chatId);
      return found ? page(found.group.events, range, found.member.firstEvent) : { kind: "notFound" };
    },
    sendGroupMessage: async (chatId, message) => {
      const found = membership(chatId);
      if (!found) return { kind: "notInGroup" };
      return sent(world.say(found.group, found.member.userId, message.messageId, message.text, message.repliesTo));
    },
    addParticipants: async (chatId, userIds) => {
      const found = membership(chatId);
      if (!found) return { kind: "notInGroup" };
      const fresh = userIds.filter((id) => !found.group.members.has(id));
      world.addMembers(found.group, found.member.userId, fresh);
      return { kind: "success" };
    },
    publicGroup: async (chatId) => {
      const found = group(chatId);
      if (!found.isPublic) return null;
      const { name, description, members, events } = found;
      const latestMessage = events.findLast((event) => messageIn(event)) ?? null;
      return { chatId, name, description, participantCount: members.size, latestMessage };
    },
    searchGroups: async (term, resultsMax) => {
      world.requireNetwork();
      if (term.length < 2) return { kind: "termTooShort", bytesMin: 2 };
      if (term.length > 20) return { kind: "termTooLong", bytesMax: 20 };
      const found = [...world.groups.values()].filter((known) => known.isPublic && contains(known.name, term));
      return { kind: "success", matches: found.slice(0, resultsMax) };
    },

    pushSubscriptionExists: async (p256dh) => world.pushKeys.has(p256dh),
    addPushSubscription: async ({ p256dh }) => {
      world.pushKeys.add(p256dh);
      return { kind: "success" };
    },
    removePushSubscription: async (p256dh) => {
      world.pushKeys.delete(p256dh);
    },
  };
}

function usernameVerdict(world: FakeWorld, username: string): UsernameVerdict {
  if (username.length < USERNAME_BYTES_MIN) return { kind: "tooShort", bytesMin: USERNAME_BYTES_MIN };
  if (username.length > USERNAME_BYTES_MAX) return { kind: "tooLong", bytesMax: USERNAME_BYTES_MAX };
  if (!isUsernameWellFormed(username)) return { kind: "invalid" };
  const isTaken = [...world.people.values()].some((person) => person.username === username);
  return { kind: isTaken ? "taken" : "success" };
}

function contains(text: string, term: string): boolean {
  return text.toLowerCase().includes(term.toLowerCase());
}

function sent(event: EventWrapper) {
  const messageIndex = messageIn(event)?.messageIndex ?? 0;
  return {
    kind: "success" as const,
    sent: { eventIndex: event.index, messageIndex, timestamp: event.timestamp },
  };
}

function page(events: EventWrapper[], range: EventsRange, firstVisible: number): EventsResult {
  const latestEventIndex = events.length - 1;
  const visible = events.slice(firstVisible);
  const wanted = range.ascending
    ? visible.filter((event) => event.index >= range.startIndex).slice(0, range.eventsMax)
    : visible.filter((event) => event.index <= range.startIndex).slice(-range.eventsMax);
  return { kind: "success", page: { events: wanted, affectedEvents: [], latestEventIndex } };
}

function directSummary(chat: FakeDirectChat): DirectChatSummary {
  const latestMessage = chat.events.findLast((event) => messageIn(event));
  if (!latestMessage) throw new Error("a direct chat begins with a message");
  return {
    them: chat.them,
    dateCreated: chat.dateCreated,
    latestMessage,
    latestEventIndex: chat.events.length - 1,
    readByMeUpTo: chat.readByMeUpTo,
    readByThemUpTo: chat.readByThemUpTo,
    confirmedUpTo: chat.confirmedUpTo,
    hasDeliveryFailed: false,
    lastUpdated: chat.lastUpdated,
  };
}

function groupSummary(group: FakeGroup, member: FakeMember): GroupSummary {
  const latest = group.events.findLast((event) => messageIn(event));
  return {
    chatId: group.chatId,
    name: group.name,
    description: group.description,
    isPublic: group.isPublic,
    historyVisibleToNewJoiners: group.isHistoryVisible,
    minVisibleEventIndex: member.firstEvent,
    minVisibleMessageIndex: member.firstMessage,
    latestMessage: latest && latest.index >= member.firstEvent ? latest : null,
    latestEventIndex: group.events.length - 1,
    latestMessageIndex: latestMessageIndexIn(group.events),
    dateJoined: member.dateAdded,
    participantCount: group.members.size,
    role: member.role,
    lastUpdated: group.lastUpdated,
  };
}
