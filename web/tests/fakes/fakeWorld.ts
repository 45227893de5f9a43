// A small Internet Computer in memory, with the rules of Parley's canisters that the client depends on. Tests and the
// fixture page put people into it; the client cannot tell it from the real one.

import type { ChatEvent, ChatId, EventWrapper, GroupRole, Message, UserId } from "../../agent/api";
import { Failure } from "../../agent/failure";

export type FakePerson = { principal: string; userId: UserId; username: string; dateCreated: number };

export type FakeDirectChat = {
  them: UserId;
  dateCreated: number;
  events: EventWrapper[];
  readByMeUpTo: number | null;
  readByThemUpTo: number | null;
  confirmedUpTo: number | null;
  lastUpdated: number;
};

export type FakeMember = {
  userId: UserId;
  dateAdded: number;
  role: GroupRole;
  firstEvent: number;
  firstMessage: number;
};

export type FakeGroup = {
  chatId: ChatId;
  name: string;
  description: string;
  isPublic: boolean;
  isHistoryVisible: boolean;
  events: EventWrapper[];
  members: Map<UserId, FakeMember>;
  lastUpdated: number;
};

export type FakeCanister = {
  directChats: Map<UserId, FakeDirectChat>;
  groups: Map<ChatId, { dateJoined: number; readByMeUpTo: number | null; lastUpdated: number }>;
  removed: Map<ChatId, number>;
  blocked: Set<UserId>;
};

export class FakeWorld {
  readonly people = new Map<UserId, FakePerson>();
  readonly canisters = new Map<UserId, FakeCanister>();
  readonly groups = new Map<ChatId, FakeGroup>();
  readonly pushKeys = new Set<string>();
  /** Calls fail as if the network were away while this is false. */
  isReachable = true;
  /** While this is false, messages stay in the sender's canister. */
  isDelivering = true;
  readonly #undelivered: { from: UserId; to: UserId; event: EventWrapper }[] = [];
  readonly #clock: () => number;
  #time = 0;
  #nextId = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Times of canisters never repeat, so "changed since" is never in doubt. */
  now(): number {
    this.#time = Math.max(this.#time + 1, this.#clock());
    return this.#time;
  }

  /** Pretend that what happens next happens at this time. */
  at(timestamp: number): this {
    this.#time = timestamp;
    return this;
  }

  requireNetwork(): void {
    if (!this.isReachable) throw new Failure("transport", "the network is away", false);
  }

  register(principal: string, username: string): FakePerson {
    const person = { principal, userId: this.#freshId("user"), username, dateCreated: this.now() };
    this.people.set(person.userId, person);
    this.canisters.set(person.userId, {
      directChats: new Map(),
      groups: new Map(),
      removed: new Map(),
      blocked: new Set(),
    });
    return person;
  }

  canister(userId: UserId): FakeCanister {
    const canister = this.canisters.get(userId);
    if (!canister) throw new Failure("reject", `no canister ${userId}`, true);
    return canister;
  }

  directChat(me: UserId, them: UserId): FakeDirectChat {
    const { directChats } = this.canister(me);
    const known = directChats.get(them);
    if (known) return known;
    const now = this.now();
    const chat: FakeDirectChat = {
      them,
      dateCreated: now,
      events: [{ index: 0, timestamp: now, event: { kind: "directChatCreated" } }],
      readByMeUpTo: null,
      readByThemUpTo: null,
      confirmedUpTo: null,
      lastUpdated: now,
    };
    directChats.set(them, chat);
    return chat;
  }

  /** Store a message in the sender's canister, and deliver it unless deliveries are held back. */
  sendDirect(from: UserId, to: UserId, messageId: string, text: string, repliesTo: number | null = null): EventWrapper {
    const chat = this.directChat(from, to);
    const known = chat.events.find((event) => messageIn(event)?.messageId === messageId);
    if (known) return known;
    const event = appendMessage(chat.events, this.now(), { messageId, sender: from, text, repliesTo });
    chat.readByMeUpTo = messageIn(event)?.messageIndex ?? null;
    chat.lastUpdated = event.timestamp;
    this.#undelivered.push({ from, to, event });
    if (this.isDelivering) this.deliver();
    return event;
  }

  deliver(): void {
    for (const { from, to, event } of this.#undelivered.splice(0)) {
      const message = messageIn(event);
      if (!message || this.canister(to).blocked.has(from)) continue;
      const theirs = this.directChat(to, from);
      appendMessage(theirs.events, event.timestamp, { ...message, repliesTo: message.repliesTo?.eventIndex ?? null });
      theirs.readByThemUpTo = message.messageIndex;
      const mine = this.directChat(from, to);
      mine.confirmedUpTo = message.messageIndex;
      theirs.lastUpdated = mine.lastUpdated = this.now();
    }
  }

  markRead(me: UserId, chatId: ChatId, readUpTo: number): void {
    const canister = this.canister(me);
    const joined = canister.groups.get(chatId);
    if (joined) {
      joined.readByMeUpTo = Math.max(joined.readByMeUpTo ?? -1, readUpTo);
      joined.lastUpdated = this.now();
      return;
    }
    const chat = canister.directChats.get(chatId);
    if (!chat) return;
    chat.readByMeUpTo = Math.max(chat.readByMeUpTo ?? -1, readUpTo);
    const theirs = this.directChat(chatId, me);
    theirs.readByThemUpTo = chat.readByMeUpTo;
    chat.lastUpdated = theirs.lastUpdated = this.now();
  }

  createGroup(owner: UserId, name: string, isPublic: boolean, description = "", isHistoryVisible = true): FakeGroup {
    const now = this.now();
    const created: ChatEvent = { kind: "groupChatCreated", name, createdBy: owner };
    const group: FakeGroup = {
      chatId: this.#freshId("group"),
      name,
      description,
      isPublic,
      isHistoryVisible: isPublic || isHistoryVisible,
      events: [{ index: 0, timestamp: now, event: created }],
      members: new Map(),
      lastUpdated: now,
    };
    this.groups.set(group.chatId, group);
    this.#enter(group, owner, "owner");
    return group;
  }

  addMembers(group: FakeGroup, addedBy: UserId, userIds: UserId[]): void {
    for (const userId of userIds) this.#enter(group, userId, "participant");
    this.#tell(group, { kind: "participantsAdded", userIds, addedBy });
  }

  join(group: FakeGroup, userId: UserId): void {
    this.#enter(group, userId, "participant");
    this.#tell(group, { kind: "participantJoined", userId });
  }

  leave(group: FakeGroup, userId: UserId): void {
    group.members.delete(userId);
    this.canister(userId).groups.delete(group.chatId);
    this.canister(userId).removed.set(group.chatId, this.now());
    this.#tell(group, { kind: "participantLeft", userId });
  }

  say(
    group: FakeGroup,
    sender: UserId,
    messageId: string,
    text: string,
    repliesTo: number | null = null,
  ): EventWrapper {
    const known = group.events.find((event) => messageIn(event)?.messageId === messageId);
    if (known) return known;
    const event = appendMessage(group.events, this.now(), { messageId, sender, text, repliesTo });
    group.lastUpdated = event.timestamp;
    this.markRead(sender, group.chatId, messageIn(event)?.messageIndex ?? 0);
    return event;
  }

  #enter(group: FakeGroup, userId: UserId, role: GroupRole): void {
    const now = this.now();
    const [firstEvent, firstMessage] = group.isHistoryVisible
      ? [0, 0]
      : [group.events.length, group.events.filter((event) => messageIn(event)).length];
    group.members.set(userId, { userId, dateAdded: now, role, firstEvent, firstMessage });
    const canister = this.canister(userId);
    canister.removed.delete(group.chatId);
    const readByMeUpTo = latestMessageIndexIn(group.events);
    canister.groups.set(group.chatId, { dateJoined: now, readByMeUpTo, lastUpdated: now });
  }

  #tell(group: FakeGroup, event: ChatEvent): void {
    const timestamp = this.now();
    group.events.push({ index: group.events.length, timestamp, event });
    group.lastUpdated = timestamp;
  }

  #freshId(kind: string): string {
    this.#nextId += 1;
    return `${kind}-${String(this.#nextId).padStart(4, "0")}-aaaaa-aaaaa-cai`;
  }
}

export function messageIn(wrapper: EventWrapper | undefined): Message | null {
  return wrapper?.event.kind === "message" ? wrapper.event.message : null;
}

export function latestMessageIndexIn(events: EventWrapper[]): number | null {
  return messageIn(events.findLast((event) => messageIn(event)))?.messageIndex ?? null;
}

type NewMessage = { messageId: string; sender: UserId; text: string; repliesTo: number | null };

function appendMessage(events: EventWrapper[], timestamp: number, message: NewMessage): EventWrapper {
  const event: EventWrapper = {
    index: events.length,
    timestamp,
    event: {
      kind: "message",
      message: {
        messageIndex: (latestMessageIndexIn(events) ?? -1) + 1,
        messageId: message.messageId,
        sender: message.sender,
        text: message.text,
        repliesTo: message.repliesTo === null ? null : { eventIndex: message.repliesTo, chatId: null },
        isForwarded: false,
      },
    },
  };
  events.push(event);
  return event;
}
