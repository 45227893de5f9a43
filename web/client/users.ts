// Names of people, fetched when first needed and refreshed now and then.

import { get, type Readable, writable } from "svelte/store";
import type { ChatAgent, CurrentUser, User, UserId } from "../agent/api";
import { inBackground } from "./background";
import type { ChatDatabase } from "./database";

const USERS_PER_CALL_MAX = 100;

export class Users {
  readonly #agent: ChatAgent;
  readonly #database: ChatDatabase;
  readonly #known = writable<ReadonlyMap<UserId, User>>(new Map());
  readonly byId: Readable<ReadonlyMap<UserId, User>> = this.#known;
  /** Ids asked for, so that somebody who does not exist is not asked for again and again. */
  readonly #asked = new Set<UserId>();
  #updatedSince = 0;

  constructor(agent: ChatAgent, database: ChatDatabase, me: CurrentUser) {
    this.#agent = agent;
    this.#database = database;
    this.#asked.add(me.userId);
    this.learn([{ userId: me.userId, username: me.username }]);
  }

  async restore(): Promise<void> {
    this.learn(await this.#database.users());
  }

  nameOf(userId: UserId): string | null {
    return get(this.#known).get(userId)?.username ?? null;
  }

  /** Take in what another answer told. */
  learn(users: User[]): void {
    const known = get(this.#known);
    const news = users.filter((user) => known.get(user.userId)?.username !== user.username);
    if (news.length === 0) return;
    this.#known.set(new Map([...known, ...news.map((user) => [user.userId, user] as const)]));
    inBackground(() => this.#database.saveUsers(news));
  }

  /** Fetch whoever of `userIds` is unknown. */
  async ensure(userIds: Iterable<UserId>): Promise<void> {
    const known = get(this.#known);
    const unknown = [...new Set(userIds)].filter((id) => !known.has(id) && !this.#asked.has(id));
    for (let start = 0; start < unknown.length; start += USERS_PER_CALL_MAX) {
      await this.#fetch(unknown.slice(start, start + USERS_PER_CALL_MAX));
    }
  }

  /** Learn of renames since the last refresh. */
  async refresh(): Promise<void> {
    const userIds = [...get(this.#known).keys()];
    let timestamp = this.#updatedSince;
    for (let start = 0; start < userIds.length; start += USERS_PER_CALL_MAX) {
      const page = await this.#agent.users(userIds.slice(start, start + USERS_PER_CALL_MAX), this.#updatedSince);
      this.learn(page.users);
      timestamp = page.timestamp;
    }
    this.#updatedSince = timestamp;
  }

  async #fetch(userIds: UserId[]): Promise<void> {
    for (const id of userIds) this.#asked.add(id);
    try {
      this.learn((await this.#agent.users(userIds, 0)).users);
    } catch (error) {
      for (const id of userIds) this.#asked.delete(id);
      throw error;
    }
  }
}
