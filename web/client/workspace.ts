// Everything that belongs to one signed-in person: their chats, the conversation that is open, what is on its way out,
// and the pollers that keep it true. It exists from sign-in to sign-out.
//
//   poll    chat list -> events of the open conversation -> names of new people
//   send    outbox -> canister -> chat list and conversation

import { derived, get, type Readable, writable } from "svelte/store";
import type { ChatAgent, ChatId, CurrentUser, EventsRange, EventWrapper, OutgoingMessage } from "../agent/api";
import { inBackground } from "./background";
import { ChatList } from "./chatList";
import { Conversation } from "./conversation";
import type { ChatDatabase } from "./database";
import { Directory } from "./directory";
import { Drafts } from "./drafts";
import type { Environment } from "./environment";
import { Groups } from "./groups";
import { type Chat, type ChatRef, firstVisibleEventIndexOf } from "./model/chat";
import { type ChatItem, chatItems } from "./model/chatItem";
import { peopleIn } from "./model/people";
import { Outbox } from "./outbox";
import { Poller } from "./poller";
import { PushSubscriptions } from "./pushSubscriptions";
import { ReadMarks } from "./readMarks";
import { Users } from "./users";

const UPDATES = { visibleMs: 1_500, hiddenMs: 60_000 };
const USERS = { visibleMs: 60_000, hiddenMs: 60_000 };
/** A peer's canister usually has a message this long after mine; asking then shows the second tick early. */
const AFTER_SEND_MS = 250;

export class Workspace {
  readonly me: CurrentUser;
  readonly chatList: ChatList;
  readonly users: Users;
  readonly outbox: Outbox;
  readonly readMarks: ReadMarks;
  readonly drafts: Drafts;
  readonly directory: Directory;
  readonly groups: Groups;
  readonly pushSubscriptions: PushSubscriptions;
  readonly items: Readable<ChatItem[]>;
  readonly #openConversation = writable<Conversation | null>(null);
  readonly conversation: Readable<Conversation | null> = this.#openConversation;
  readonly #agent: ChatAgent;
  readonly #database: ChatDatabase;
  readonly #environment: Environment;
  readonly #pollers: Poller[];
  readonly #updates: Poller;

  constructor(agent: ChatAgent, database: ChatDatabase, environment: Environment, me: CurrentUser) {
    this.me = me;
    this.#agent = agent;
    this.#database = database;
    this.#environment = environment;
    this.users = new Users(agent, database, me);
    this.chatList = new ChatList(agent, database, me.userId);
    this.drafts = new Drafts(database);
    this.readMarks = new ReadMarks((marks) => agent.markRead(me.userId, marks), environment);
    this.outbox = new Outbox(
      {
        me: me.userId,
        senderName: me.username,
        send: (chat, message) => this.#send(chat, message),
        onSent: (chat, event) => this.#onSent(chat, event),
      },
      database,
      environment,
    );
    this.directory = new Directory(agent, this.users, me.userId);
    this.groups = new Groups(agent, this.chatList, me, environment);
    this.pushSubscriptions = new PushSubscriptions(agent);
    this.#updates = new Poller(() => this.#refresh(), UPDATES, environment);
    this.#pollers = [this.#updates, new Poller(() => this.users.refresh(), USERS, environment)];
    this.items = derived(
      [this.chatList.chats, this.users.byId, this.outbox.items, this.readMarks.marks, this.drafts.drafts],
      ([chats, users, outgoing, readHere, drafts]) =>
        chatItems({ me: me.userId, chats, users, outgoing, readHere, drafts }),
    );
  }

  /** Show what this browser remembers, then keep it true. */
  async start(): Promise<void> {
    await Promise.all([this.users.restore(), this.chatList.restore(), this.drafts.restore()]).catch(() => undefined);
    inBackground(() => this.outbox.restore());
    for (const poller of this.#pollers) poller.start();
  }

  stop(): void {
    for (const poller of this.#pollers) poller.stop();
    this.outbox.stop();
    this.readMarks.stop();
    this.#database.close();
  }

  setVisible(isVisible: boolean): void {
    for (const poller of this.#pollers) poller.setVisible(isVisible);
    if (!isVisible) void this.readMarks.flush();
  }

  /** The network is back: do at once what waited for it. */
  resume(): void {
    this.outbox.flush();
    void this.readMarks.flush();
  }

  refreshNow(): Promise<void> {
    return this.#updates.runNow();
  }

  open(ref: ChatRef): Conversation {
    const open = get(this.#openConversation);
    if (open?.chatId === ref.id) return open;

    const conversation = new Conversation(
      {
        chatId: ref.id,
        firstVisible: () => {
          const chat = this.chatList.get(ref.id);
          return chat ? firstVisibleEventIndexOf(chat) : 0;
        },
        fetch: (range) => this.#fetchEvents(ref, range),
      },
      this.#database,
    );
    this.#openConversation.set(conversation);
    inBackground(async () => {
      await conversation.open(this.chatList.get(ref.id)?.latestEventIndex ?? null);
      await this.#learnPeopleIn(conversation);
    });
    inBackground(() => (ref.kind === "direct" ? this.users.ensure([ref.id]) : Promise.resolve()));
    return conversation;
  }

  close(chatId: ChatId): void {
    if (get(this.#openConversation)?.chatId === chatId) this.#openConversation.set(null);
  }

  async setBlocked(userId: string, isBlocked: boolean): Promise<void> {
    await this.#agent.blockUser(this.me.userId, userId, isBlocked);
    await this.refreshNow();
  }

  async #refresh(): Promise<void> {
    await this.chatList.refresh();
    await Promise.all([this.#catchUpConversation(), this.#learnPeople()]);
  }

  async #catchUpConversation(): Promise<void> {
    const conversation = get(this.#openConversation);
    const chat = conversation && this.chatList.get(conversation.chatId);
    if (!conversation || !chat) return;
    await conversation.catchUp(chat.latestEventIndex);
    await this.#learnPeopleIn(conversation);
  }

  #learnPeopleIn(conversation: Conversation): Promise<void> {
    return this.users.ensure(peopleIn(get(conversation.state).events));
  }

  async #learnPeople(): Promise<void> {
    const chats: Chat[] = [...get(this.chatList.chats).values()];
    const direct = chats.filter((chat) => chat.kind === "direct").map((chat) => chat.id);
    const latest = chats.flatMap((chat) => (chat.latestMessage ? [chat.latestMessage] : []));
    await this.users.ensure([...direct, ...peopleIn(latest)]);
  }

  #fetchEvents(ref: ChatRef, range: EventsRange) {
    return ref.kind === "direct"
      ? this.#agent.directEvents(this.me.userId, ref.id, range)
      : this.#agent.groupEvents(ref.id, range);
  }

  #send(chat: ChatRef, message: OutgoingMessage) {
    return chat.kind === "direct"
      ? this.#agent.sendDirectMessage(this.me.userId, chat.id, message)
      : this.#agent.sendGroupMessage(chat.id, message);
  }

  async #onSent(chat: ChatRef, event: EventWrapper): Promise<void> {
    this.chatList.applySent(chat, event);
    this.#environment.schedule(AFTER_SEND_MS, () => void this.refreshNow());
    const conversation = get(this.#openConversation);
    if (conversation?.chatId === chat.id) await conversation.add(event);
  }
}
