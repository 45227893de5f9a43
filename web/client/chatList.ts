// All chats of a person: direct chats and groups in one map, first from the cache, then kept true by `refresh`.
//
//   my user canister   what changed since the last time: direct chats, groups joined and left, read marks
//   each joined group  what changed there since its summary was last updated, all groups in parallel
//
// A group that does not answer keeps its last summary; it is asked again the next time.

import { get, type Readable, writable } from "svelte/store";
import type { ChatAgent, ChatId, EventWrapper, JoinedGroup, UserId } from "../agent/api";
import { inBackground } from "./background";
import type { ChatDatabase } from "./database";
import {
  type Chat,
  type ChatRef,
  directChatFrom,
  groupChatFrom,
  laterOf,
  newDirectChat,
  withSentMessage,
} from "./model/chat";

export class ChatList {
  readonly #agent: ChatAgent;
  readonly #database: ChatDatabase;
  readonly #me: UserId;
  readonly #chats = writable<ReadonlyMap<ChatId, Chat>>(new Map());
  readonly chats: Readable<ReadonlyMap<ChatId, Chat>> = this.#chats;
  readonly #isLoaded = writable(false);
  /** False until there is something to show: before that an empty list means "not known". */
  readonly isLoaded: Readable<boolean> = this.#isLoaded;
  readonly #blocked = writable<ReadonlySet<UserId>>(new Set());
  readonly blockedUsers: Readable<ReadonlySet<UserId>> = this.#blocked;
  readonly #groups = new Map<ChatId, JoinedGroup>();
  #timestamp: number | null = null;

  constructor(agent: ChatAgent, database: ChatDatabase, me: UserId) {
    this.#agent = agent;
    this.#database = database;
    this.#me = me;
  }

  get(chatId: ChatId): Chat | null {
    return get(this.#chats).get(chatId) ?? null;
  }

  async restore(): Promise<void> {
    const cached = await this.#database.chatList();
    if (!cached) return;
    this.#timestamp = cached.snapshot.timestamp;
    for (const group of cached.snapshot.groups) this.#groups.set(group.chatId, group);
    this.#blocked.set(new Set(cached.snapshot.blockedUsers));
    this.#chats.set(new Map(cached.chats.map((chat) => [chat.id, chat])));
    this.#isLoaded.set(true);
  }

  async refresh(): Promise<void> {
    const { changed, removed } = await this.#refreshOwn();
    changed.push(...(await this.#refreshGroups()));
    this.#apply(changed, removed);
    this.#isLoaded.set(true);
  }

  /** My message was stored as `event`: show it without waiting for the next refresh. */
  applySent(chat: ChatRef, event: EventWrapper): void {
    const known = this.get(chat.id) ?? (chat.kind === "direct" ? newDirectChat(chat.id, event) : null);
    if (known) this.#apply([withSentMessage(known, event)], []);
  }

  /** A group was joined: fetch its summary now, so that it can be opened at once. */
  async addGroup(chatId: ChatId, now: number): Promise<void> {
    if (!this.#groups.has(chatId)) this.#groups.set(chatId, { chatId, dateJoined: now, readByMeUpTo: null });
    const chat = await this.#fetchGroup(chatId);
    if (chat) this.#apply([chat], []);
  }

  removeGroup(chatId: ChatId): void {
    this.#groups.delete(chatId);
    this.#apply([], [chatId]);
  }

  async #refreshOwn(): Promise<{ changed: Chat[]; removed: ChatId[] }> {
    if (this.#timestamp === null) {
      const state = await this.#agent.initialState(this.#me);
      this.#timestamp = state.timestamp;
      this.#blocked.set(new Set(state.blockedUsers));
      for (const group of state.groups) this.#groups.set(group.chatId, group);
      return { changed: state.directChats.map(directChatFrom), removed: [] };
    }

    const updates = await this.#agent.updates(this.#me, this.#timestamp);
    if (!updates) return { changed: [], removed: [] };
    this.#timestamp = updates.timestamp;
    if (updates.blockedUsers) this.#blocked.set(new Set(updates.blockedUsers));
    for (const chatId of updates.chatsRemoved) this.#groups.delete(chatId);
    for (const group of updates.groupsChanged) this.#groups.set(group.chatId, group);
    const rejoined = new Set(updates.groupsChanged.map((group) => group.chatId));
    return {
      changed: updates.directChatsChanged.map(directChatFrom),
      removed: updates.chatsRemoved.filter((id) => !rejoined.has(id)),
    };
  }

  async #refreshGroups(): Promise<Chat[]> {
    const answers = await Promise.allSettled([...this.#groups.keys()].map((chatId) => this.#fetchGroup(chatId)));
    return answers.flatMap((answer) => (answer.status === "fulfilled" && answer.value ? [answer.value] : []));
  }

  /** The group as it is now, or null if nothing changed or this person is not (yet, or any more) in it. */
  async #fetchGroup(chatId: ChatId): Promise<Chat | null> {
    const known = this.get(chatId);
    const result =
      known?.kind === "group"
        ? await this.#agent.groupSummaryUpdates(chatId, known.lastUpdated)
        : await this.#agent.groupSummary(chatId);
    const joined = this.#groups.get(chatId);
    if (!joined) return null;
    if (result.kind === "success") return groupChatFrom(result.summary, joined);
    const readByMeUpTo = laterOf(known?.readByMeUpTo ?? null, joined.readByMeUpTo);
    return known && known.readByMeUpTo !== readByMeUpTo ? { ...known, readByMeUpTo } : null;
  }

  /** Where nothing changed nothing is stored, not even the time: the next visit then asks from the older time on. */
  #apply(changed: Chat[], removed: ChatId[]): void {
    if (changed.length === 0 && removed.length === 0) return;
    const chats = new Map(get(this.#chats));
    const merged = changed.map((chat) => newerOf(chats.get(chat.id), chat));
    for (const chat of merged) chats.set(chat.id, chat);
    for (const id of removed) chats.delete(id);
    this.#chats.set(chats);
    this.#remember(merged, removed);
  }

  #remember(changed: Chat[], removed: ChatId[]): void {
    if (this.#timestamp === null) return;
    const snapshot = {
      timestamp: this.#timestamp,
      groups: [...this.#groups.values()],
      blockedUsers: [...get(this.#blocked)],
    };
    inBackground(() => this.#database.saveChatList(snapshot, changed, removed));
  }
}

/** An answer that was asked for before a message was sent must not take that message back. */
function newerOf(known: Chat | undefined, incoming: Chat): Chat {
  if (!known || known.kind !== incoming.kind || incoming.latestEventIndex >= known.latestEventIndex) return incoming;
  const { latestEventIndex, latestMessage } = known;
  const readByMeUpTo = laterOf(known.readByMeUpTo, incoming.readByMeUpTo);
  const kept = { ...incoming, latestEventIndex, latestMessage, readByMeUpTo };
  return kept.kind === "group" && known.kind === "group"
    ? { ...kept, latestMessageIndex: laterOf(known.latestMessageIndex, kept.latestMessageIndex) }
    : kept;
}
