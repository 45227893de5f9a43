// One connection to the network, as one identity.

import { Actor, type ActorSubclass, AnonymousIdentity, HttpAgent, type Identity } from "@icp-sdk/core/agent";
import type { IDL } from "@icp-sdk/core/candid";
import { type _SERVICE as Group, idlFactory as groupIdl } from "../generated/group.did";
import { type _SERVICE as GroupIndex, idlFactory as groupIndexIdl } from "../generated/group_index.did";
import { type _SERVICE as Notifications, idlFactory as notificationsIdl } from "../generated/notifications.did";
import { type _SERVICE as User, idlFactory as userIdl } from "../generated/user.did";
import { type _SERVICE as UserIndex, idlFactory as userIndexIdl } from "../generated/user_index.did";
import type { AgentConfig } from "./api";
import { Failure } from "./failure";
import { principalFrom } from "./mapping";

const REQUEST_TIMEOUT_MS = 30_000;

export class Network {
  #config: AgentConfig | null = null;
  #identity: Identity = new AnonymousIdentity();
  #agent: Promise<HttpAgent> | null = null;
  readonly #actors = new Map<string, unknown>();

  configure(config: AgentConfig): void {
    this.#config = config;
    this.#forgetConnection();
  }

  use(identity: Identity): void {
    this.#identity = identity;
    this.#forgetConnection();
  }

  userIndex(): Promise<ActorSubclass<UserIndex>> {
    return this.#actor(userIndexIdl, this.#configured.userIndex);
  }

  groupIndex(): Promise<ActorSubclass<GroupIndex>> {
    return this.#actor(groupIndexIdl, this.#configured.groupIndex);
  }

  notifications(): Promise<ActorSubclass<Notifications>> {
    return this.#actor(notificationsIdl, this.#configured.notifications);
  }

  user(canisterId: string): Promise<ActorSubclass<User>> {
    return this.#actor(userIdl, canisterId);
  }

  group(canisterId: string): Promise<ActorSubclass<Group>> {
    return this.#actor(groupIdl, canisterId);
  }

  get #configured(): AgentConfig {
    if (!this.#config) throw new Failure("input", "the agent was not told where the network is", true);
    return this.#config;
  }

  #forgetConnection(): void {
    this.#agent = null;
    this.#actors.clear();
  }

  async #actor<Service>(idl: IDL.InterfaceFactory, canisterId: string): Promise<ActorSubclass<Service>> {
    const known = this.#actors.get(canisterId);
    if (known) return known as ActorSubclass<Service>;

    const actor = Actor.createActor<Service>(idl, {
      agent: await this.#connected(),
      canisterId: principalFrom(canisterId),
    });
    this.#actors.set(canisterId, actor);
    return actor;
  }

  /** The agent. Off mainnet its trust starts from the replica's own root key, so it cannot exist before the replica. */
  #connected(): Promise<HttpAgent> {
    const { host, isDevelopment } = this.#configured;
    this.#agent ??= HttpAgent.create({
      host,
      identity: this.#identity,
      shouldFetchRootKey: isDevelopment,
      fetch: fetchWithTimeout,
      // One more try lets the library correct its idea of the time. Beyond that the client decides what is tried
      // again: its sends are idempotent, and its pollers come back anyway.
      retryTimes: 1,
    }).catch((error: unknown) => {
      this.#agent = null;
      throw new Failure("transport", error instanceof Error ? error.message : String(error), true);
    });
    return this.#agent;
  }
}

function fetchWithTimeout(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  return fetch(input, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
}
