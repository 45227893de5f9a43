// What somebody began to write in each chat.

import { get, type Readable, writable } from "svelte/store";
import type { ChatId } from "../agent/api";
import { inBackground } from "./background";
import type { ChatDatabase } from "./database";

export class Drafts {
  readonly #database: ChatDatabase;
  readonly #drafts = writable<ReadonlyMap<ChatId, string>>(new Map());
  readonly drafts: Readable<ReadonlyMap<ChatId, string>> = this.#drafts;

  constructor(database: ChatDatabase) {
    this.#database = database;
  }

  async restore(): Promise<void> {
    this.#drafts.set(await this.#database.drafts());
  }

  get(chatId: ChatId): string {
    return get(this.#drafts).get(chatId) ?? "";
  }

  set(chatId: ChatId, text: string): void {
    if (text === this.get(chatId)) return;
    this.#drafts.update((drafts) => {
      const next = new Map(drafts);
      if (text) next.set(chatId, text);
      else next.delete(chatId);
      return next;
    });
    inBackground(() => this.#database.saveDraft(chatId, text));
  }
}
