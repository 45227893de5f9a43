// What this browser remembers between visits, one IndexedDB database per principal.
//
// Everything here can be fetched again, except messages that were not sent yet and drafts. A new schema version throws
// the cached part away instead of converting it. Events are never changed by a canister, so a cached one stays true.

import type { ChatId, CurrentUser, EventWrapper, JoinedGroup, MessageId, User, UserId } from "../agent/api";
import type { Chat } from "./model/chat";
import type { OutgoingItem } from "./model/outgoing";

const SCHEMA_VERSION = 1;

const META = "meta";
const CHATS = "chats";
const EVENTS = "events";
const USERS = "users";
const OUTBOX = "outbox";
const DRAFTS = "drafts";
const CACHED = [META, CHATS, EVENTS, USERS];

/** The chat list as of `timestamp`. */
export type ChatListSnapshot = { timestamp: number; groups: JoinedGroup[]; blockedUsers: UserId[] };

export class ChatDatabase {
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
    // Another tab wants a newer schema, or to delete it.
    database.onversionchange = () => database.close();
  }

  static async open(principal: string): Promise<ChatDatabase> {
    return new ChatDatabase(await openDatabase(databaseName(principal)));
  }

  static async delete(principal: string): Promise<void> {
    const request = indexedDB.deleteDatabase(databaseName(principal));
    await new Promise<void>((resolve, reject) => {
      request.onsuccess = () => resolve();
      request.onblocked = () => resolve();
      request.onerror = () => reject(request.error);
    });
  }

  close(): void {
    this.#database.close();
  }

  async currentUser(): Promise<CurrentUser | null> {
    return (await this.#read<CurrentUser | undefined>(META, (store) => store.get("user"))) ?? null;
  }

  /** Remember whose database this is. If it was somebody else's, or from before a reset, it is emptied first. */
  async claim(user: CurrentUser): Promise<void> {
    const known = await this.currentUser();
    const isSame = known?.userId === user.userId && known.dateCreated === user.dateCreated;
    await this.#write([...CACHED, OUTBOX, DRAFTS], (transaction) => {
      if (known && !isSame) for (const name of transaction.objectStoreNames) transaction.objectStore(name).clear();
      transaction.objectStore(META).put(user, "user");
    });
  }

  async chatList(): Promise<{ snapshot: ChatListSnapshot; chats: Chat[] } | null> {
    const snapshot = await this.#read<ChatListSnapshot | undefined>(META, (store) => store.get("chatList"));
    if (!snapshot) return null;
    return { snapshot, chats: await this.#read<Chat[]>(CHATS, (store) => store.getAll()) };
  }

  saveChatList(snapshot: ChatListSnapshot, changed: Chat[], removed: ChatId[]): Promise<void> {
    return this.#write([META, CHATS, EVENTS], (transaction) => {
      transaction.objectStore(META).put(snapshot, "chatList");
      for (const chat of changed) transaction.objectStore(CHATS).put(chat);
      for (const id of removed) {
        transaction.objectStore(CHATS).delete(id);
        transaction.objectStore(EVENTS).delete(eventRange(id, 0, Number.MAX_SAFE_INTEGER));
      }
    });
  }

  /** The cached events with `first <= index <= last`, in order, possibly with gaps. */
  events(chatId: ChatId, first: number, last: number): Promise<EventWrapper[]> {
    return this.#read(EVENTS, (store) => store.getAll(eventRange(chatId, first, last)));
  }

  /** Index of the newest cached event, or null. */
  async latestEventIndex(chatId: ChatId): Promise<number | null> {
    const range = eventRange(chatId, 0, Number.MAX_SAFE_INTEGER);
    const cursor = await this.#read<IDBCursor | null>(EVENTS, (store) => store.openKeyCursor(range, "prev"));
    return cursor ? (cursor.primaryKey as [ChatId, number])[1] : null;
  }

  saveEvents(chatId: ChatId, events: EventWrapper[]): Promise<void> {
    return this.#write([EVENTS], (transaction) => {
      for (const event of events) transaction.objectStore(EVENTS).put(event, [chatId, event.index]);
    });
  }

  users(): Promise<User[]> {
    return this.#read(USERS, (store) => store.getAll());
  }

  saveUsers(users: User[]): Promise<void> {
    return this.#write([USERS], (transaction) => {
      for (const user of users) transaction.objectStore(USERS).put(user);
    });
  }

  outbox(): Promise<OutgoingItem[]> {
    return this.#read(OUTBOX, (store) => store.getAll());
  }

  /** Store a message that was just written, in place of the draft it was. */
  keepOutgoing(item: OutgoingItem): Promise<void> {
    return this.#write([OUTBOX, DRAFTS], (transaction) => {
      transaction.objectStore(OUTBOX).put(item);
      transaction.objectStore(DRAFTS).delete(item.chat.id);
    });
  }

  saveOutgoing(item: OutgoingItem): Promise<void> {
    return this.#write([OUTBOX], (transaction) => transaction.objectStore(OUTBOX).put(item));
  }

  deleteOutgoing(messageId: MessageId): Promise<void> {
    return this.#write([OUTBOX], (transaction) => transaction.objectStore(OUTBOX).delete(messageId));
  }

  async drafts(): Promise<Map<ChatId, string>> {
    const drafts = await this.#read<{ chatId: ChatId; text: string }[]>(DRAFTS, (store) => store.getAll());
    return new Map(drafts.map(({ chatId, text }) => [chatId, text]));
  }

  saveDraft(chatId: ChatId, text: string): Promise<void> {
    return this.#write([DRAFTS], (transaction) => {
      const store = transaction.objectStore(DRAFTS);
      if (text) store.put({ chatId, text });
      else store.delete(chatId);
    });
  }

  async #read<T>(storeName: string, query: (store: IDBObjectStore) => IDBRequest): Promise<T> {
    const request = query(this.#database.transaction(storeName).objectStore(storeName));
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result as T);
      request.onerror = () => reject(request.error);
    });
  }

  async #write(storeNames: string[], change: (transaction: IDBTransaction) => void): Promise<void> {
    const transaction = this.#database.transaction(storeNames, "readwrite");
    change(transaction);
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

function databaseName(principal: string): string {
  return `parley-${principal}`;
}

function eventRange(chatId: ChatId, first: number, last: number): IDBKeyRange {
  return IDBKeyRange.bound([chatId, first], [chatId, last]);
}

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, SCHEMA_VERSION);
    request.onupgradeneeded = () => {
      const database = request.result;
      for (const store of CACHED) {
        if (database.objectStoreNames.contains(store)) database.deleteObjectStore(store);
      }
      database.createObjectStore(META);
      database.createObjectStore(CHATS, { keyPath: "id" });
      database.createObjectStore(EVENTS);
      database.createObjectStore(USERS, { keyPath: "userId" });
      if (!database.objectStoreNames.contains(OUTBOX)) database.createObjectStore(OUTBOX, { keyPath: "messageId" });
      if (!database.objectStoreNames.contains(DRAFTS)) database.createObjectStore(DRAFTS, { keyPath: "chatId" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
