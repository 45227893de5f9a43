// Finding people and public groups, and finding out what an id in an address stands for.

import type { ChatAgent, ChatId, GroupSearchResult, PublicGroup, User, UserId } from "../agent/api";
import { Failure } from "../agent/failure";
import { cutToBytes, USER_SEARCH_BYTES_MAX } from "./model/limits";
import type { Users } from "./users";

const RESULTS_MAX = 20;

/** What an id stands for that is not in the chat list. */
export type Stranger = { kind: "person"; user: User } | { kind: "group"; group: PublicGroup } | { kind: "nobody" };

export class Directory {
  readonly #agent: ChatAgent;
  readonly #users: Users;
  readonly #me: UserId;

  constructor(agent: ChatAgent, users: Users, me: UserId) {
    this.#agent = agent;
    this.#users = users;
    this.#me = me;
  }

  async searchPeople(term: string): Promise<User[]> {
    const found = await this.#agent.searchUsers(cutToBytes(term.trim(), USER_SEARCH_BYTES_MAX), RESULTS_MAX);
    this.#users.learn(found);
    return found.filter((user) => user.userId !== this.#me);
  }

  searchGroups(term: string): Promise<GroupSearchResult> {
    return this.#agent.searchGroups(term.trim(), RESULTS_MAX);
  }

  async resolve(id: ChatId): Promise<Stranger> {
    try {
      return await this.#lookUp(id);
    } catch (error) {
      // An id of no canister, or of one that is neither, is refused by the network itself.
      if (error instanceof Failure && (error.kind === "reject" || error.kind === "input")) return { kind: "nobody" };
      throw error;
    }
  }

  async #lookUp(id: ChatId): Promise<Stranger> {
    const user = await this.#agent.user(id);
    if (user) {
      this.#users.learn([user]);
      return { kind: "person", user };
    }
    const group = await this.preview(id);
    return group ? { kind: "group", group } : { kind: "nobody" };
  }

  /** A public group as somebody outside sees it, or null if there is none that may be seen. */
  async preview(chatId: ChatId): Promise<PublicGroup | null> {
    const group = await this.#agent.publicGroup(chatId);
    const latest = group?.latestMessage?.event;
    if (latest?.kind === "message") await this.#users.ensure([latest.message.sender]).catch(() => undefined);
    return group;
  }
}
