// Making groups, coming and going, and who is in them.

import type {
  AddParticipantsResult,
  ChatAgent,
  ChatId,
  CreateGroupResult,
  CurrentUser,
  JoinGroupResult,
  LeaveGroupResult,
  NewGroup,
  Participant,
  UserId,
} from "../agent/api";
import type { ChatList } from "./chatList";
import type { Environment } from "./environment";

export type GroupMade = { result: CreateGroupResult; added: AddParticipantsResult | null };

export class Groups {
  readonly #agent: ChatAgent;
  readonly #chatList: ChatList;
  readonly #me: CurrentUser;
  readonly #environment: Environment;

  constructor(agent: ChatAgent, chatList: ChatList, me: CurrentUser, environment: Environment) {
    this.#agent = agent;
    this.#chatList = chatList;
    this.#me = me;
    this.#environment = environment;
  }

  /** Create a group, then add `members`; the group stays if somebody cannot be added. */
  async create(group: NewGroup, members: UserId[]): Promise<GroupMade> {
    const result = await this.#agent.createGroup(this.#me.userId, group);
    if (result.kind !== "success") return { result, added: null };
    const added = members.length > 0 ? await this.#add(result.chatId, members) : null;
    await this.#show(result.chatId);
    return { result, added };
  }

  async add(chatId: ChatId, userIds: UserId[]): Promise<AddParticipantsResult> {
    const result = await this.#add(chatId, userIds);
    await this.#show(chatId);
    return result;
  }

  async join(chatId: ChatId): Promise<JoinGroupResult> {
    const result = await this.#agent.joinGroup(this.#me.userId, chatId);
    if (result.kind === "success" || result.kind === "alreadyInGroup") await this.#show(chatId);
    return result;
  }

  async leave(chatId: ChatId): Promise<LeaveGroupResult> {
    const result = await this.#agent.leaveGroup(this.#me.userId, chatId);
    if (result.kind === "success" || result.kind === "notInGroup") this.#chatList.removeGroup(chatId);
    return result;
  }

  /** Who is in the group: the owner first, then admins, then the others as they came. Null if I am not in it. */
  async members(chatId: ChatId): Promise<Participant[] | null> {
    const details = await this.#agent.groupDetails(chatId);
    if (!details) return null;
    const rank = { owner: 0, admin: 1, participant: 2 };
    return details.participants.toSorted((a, b) => rank[a.role] - rank[b.role] || a.dateAdded - b.dateAdded);
  }

  #add(chatId: ChatId, userIds: UserId[]): Promise<AddParticipantsResult> {
    return this.#agent.addParticipants(chatId, userIds, this.#me.username);
  }

  async #show(chatId: ChatId): Promise<void> {
    // If the group does not answer now, the next poll shows it.
    await this.#chatList.addGroup(chatId, this.#environment.now()).catch(() => undefined);
  }
}
