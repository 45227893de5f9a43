// What this person has read, told to their canister a moment later and many chats at once. Marks only move forward.

import { get, type Readable, writable } from "svelte/store";
import type { ChatId } from "../agent/api";
import type { Environment } from "./environment";

const FLUSH_DELAY_MS = 500;
const RETRY_DELAY_MS = 5_000;

type Mark = { chatId: ChatId; readUpTo: number };

export class ReadMarks {
  readonly #send: (marks: Mark[]) => Promise<void>;
  readonly #environment: Environment;
  readonly #marks = writable<ReadonlyMap<ChatId, number>>(new Map());
  /** Message index up to which each chat was read here. */
  readonly marks: Readable<ReadonlyMap<ChatId, number>> = this.#marks;
  readonly #unsent = new Set<ChatId>();
  #cancelTimer: (() => void) | null = null;

  constructor(send: (marks: Mark[]) => Promise<void>, environment: Environment) {
    this.#send = send;
    this.#environment = environment;
  }

  mark(chatId: ChatId, messageIndex: number): void {
    const known = get(this.#marks).get(chatId);
    if (known !== undefined && known >= messageIndex) return;
    this.#marks.update((marks) => new Map(marks).set(chatId, messageIndex));
    this.#unsent.add(chatId);
    this.#flushAfter(FLUSH_DELAY_MS);
  }

  /** Tell the canister now: the page is about to be hidden, or the network is back. */
  async flush(): Promise<void> {
    this.stop();
    if (this.#unsent.size === 0) return;
    const chatIds = [...this.#unsent];
    this.#unsent.clear();
    const marks = get(this.#marks);
    try {
      await this.#send(chatIds.map((chatId) => ({ chatId, readUpTo: marks.get(chatId) ?? 0 })));
    } catch {
      for (const chatId of chatIds) this.#unsent.add(chatId);
      this.#flushAfter(RETRY_DELAY_MS);
    }
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #flushAfter(delayMs: number): void {
    this.#cancelTimer ??= this.#environment.schedule(delayMs, () => void this.flush());
  }
}
