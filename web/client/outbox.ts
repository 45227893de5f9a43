// Messages on their way out. They are stored in the browser before the first attempt and leave it when the canister
// has them, so that neither a lost network nor a closed tab loses one. Each chat sends one at a time, in order. Trying
// again is safe whatever became of the last attempt, because the canister knows a message by its id.

import { get, type Readable, writable } from "svelte/store";
import type { EventWrapper, MessageId, OutgoingMessage, SendResult, UserId } from "../agent/api";
import { Failure } from "../agent/failure";
import { inBackground } from "./background";
import type { ChatDatabase } from "./database";
import type { Environment } from "./environment";
import type { ChatRef } from "./model/chat";
import { eventOf, type OutgoingItem, type SendRefusal } from "./model/outgoing";

const RETRY_DELAYS_MS = [1_000, 2_000, 5_000, 10_000, 30_000];

export type OutboxHooks = {
  me: UserId;
  senderName: string;
  send: (chat: ChatRef, message: OutgoingMessage) => Promise<SendResult>;
  /** The canister stored a message as `event`. The item leaves the outbox when this is done. */
  onSent: (chat: ChatRef, event: EventWrapper) => Promise<void>;
};

export class Outbox {
  readonly #hooks: OutboxHooks;
  readonly #database: ChatDatabase;
  readonly #environment: Environment;
  readonly #items = writable<readonly OutgoingItem[]>([]);
  readonly items: Readable<readonly OutgoingItem[]> = this.#items;
  /** Chats that have an attempt under way. */
  readonly #busy = new Set<string>();
  #nextSequence = 0;
  #failedAttempts = 0;
  #cancelRetry: (() => void) | null = null;
  #isStopped = false;

  constructor(hooks: OutboxHooks, database: ChatDatabase, environment: Environment) {
    this.#hooks = hooks;
    this.#database = database;
    this.#environment = environment;
  }

  /** Take up what an earlier visit left, and send it. */
  async restore(): Promise<void> {
    const stored = (await this.#database.outbox()).sort((a, b) => a.sequence - b.sequence);
    const items = stored.map((item) => (item.status === "failed" ? item : { ...item, status: "queued" as const }));
    this.#nextSequence = (items.at(-1)?.sequence ?? -1) + 1;
    this.#items.update((added) => [...items, ...added]);
    this.flush();
  }

  /** Resolves when the message is safe in this browser; that it cannot be stored does not keep it from being sent. */
  async send(chat: ChatRef, text: string, repliesTo: number | null = null): Promise<void> {
    const item: OutgoingItem = {
      messageId: this.#environment.randomMessageId(),
      chat,
      text,
      repliesTo,
      createdAt: this.#environment.now(),
      sequence: this.#nextSequence++,
      status: "keeping",
      refusal: null,
    };
    this.#items.update((items) => [...items, item]);
    await this.#database.keepOutgoing({ ...item, status: "queued" }).catch(() => undefined);
    this.#change(item.messageId, { status: "queued" });
    void this.#sendNext(chat);
  }

  retry(messageId: MessageId): void {
    this.#change(messageId, { status: "queued", refusal: null });
    this.#store(messageId);
    this.flush();
  }

  discard(messageId: MessageId): void {
    this.#remove(messageId);
  }

  /** Try whatever waits, at once: the network is back, or somebody asked. */
  flush(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    const chats = new Map(get(this.#items).map((item) => [item.chat.id, item.chat]));
    for (const chat of chats.values()) void this.#sendNext(chat);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry?.();
  }

  async #sendNext(chat: ChatRef): Promise<void> {
    if (this.#busy.has(chat.id) || this.#isStopped) return;
    this.#busy.add(chat.id);
    try {
      let item = this.#firstQueued(chat);
      while (item && (await this.#attempt(item))) item = this.#firstQueued(chat);
    } finally {
      this.#busy.delete(chat.id);
    }
  }

  #firstQueued(chat: ChatRef): OutgoingItem | undefined {
    return get(this.#items).find((item) => item.chat.id === chat.id && item.status === "queued");
  }

  /** Whether the next message of the chat may be tried. */
  async #attempt(item: OutgoingItem): Promise<boolean> {
    this.#change(item.messageId, { status: "sending" });
    const { messageId, text, repliesTo, chat } = item;
    try {
      const result = await this.#hooks.send(chat, { messageId, senderName: this.#hooks.senderName, text, repliesTo });
      this.#failedAttempts = 0;
      if (result.kind === "success") await this.#sent(item, eventOf(item, this.#hooks.me, result.sent));
      else this.#refuse(item, result);
      return true;
    } catch (error) {
      return this.#failed(item, error);
    }
  }

  async #sent(item: OutgoingItem, event: EventWrapper): Promise<void> {
    inBackground(() => this.#database.deleteOutgoing(item.messageId));
    this.#change(item.messageId, { status: "sent" });
    // If the chat cannot be brought up to date now, the next refresh does it.
    await this.#hooks.onSent(item.chat, event).catch(() => undefined);
    this.#drop(item.messageId);
  }

  #failed(item: OutgoingItem, error: unknown): boolean {
    const failure = error instanceof Failure ? error : new Failure("protocol", String(error), false);
    if (failure.kind === "transport") {
      this.#change(item.messageId, { status: "queued" });
      this.#retryLater();
      return false;
    }
    this.#refuse(item, { kind: "failure", failure: failure.kind, text: failure.message });
    return failure.kind !== "trust";
  }

  #refuse(item: OutgoingItem, refusal: SendRefusal): void {
    this.#change(item.messageId, { status: "failed", refusal });
    this.#store(item.messageId);
  }

  #retryLater(): void {
    if (this.#cancelRetry || this.#isStopped) return;
    const step = Math.min(this.#failedAttempts, RETRY_DELAYS_MS.length - 1);
    this.#failedAttempts += 1;
    this.#cancelRetry = this.#environment.schedule(RETRY_DELAYS_MS[step] ?? 0, () => this.flush());
  }

  #change(messageId: MessageId, change: Partial<OutgoingItem>): void {
    this.#items.update((items) => items.map((item) => (item.messageId === messageId ? { ...item, ...change } : item)));
  }

  /** Remember what became of an item. What only says that an attempt is under way need not be remembered. */
  #store(messageId: MessageId): void {
    const item = get(this.#items).find((other) => other.messageId === messageId);
    if (item) inBackground(() => this.#database.saveOutgoing(item));
  }

  #remove(messageId: MessageId): void {
    this.#drop(messageId);
    inBackground(() => this.#database.deleteOutgoing(messageId));
  }

  #drop(messageId: MessageId): void {
    this.#items.update((items) => items.filter((item) => item.messageId !== messageId));
  }
}
