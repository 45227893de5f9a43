// From opening the page to a signed-in person with a canister.
//
//   starting --> signedOut --> unregistered --> ready
//      |            ^  |                          |
//      |            |  +------------------------->|
//      v            +-----------------------------+   sign out
//   unreachable     there is no way in and nothing is remembered; tried again by itself, unless trust was broken

import { get, type Readable, writable } from "svelte/store";
import type { ChatAgent, CurrentUser, RegisterResult, StoredIdentity, UsernameVerdict } from "../agent/api";
import { Failure, type FailureKind } from "../agent/failure";
import { inBackground } from "./background";
import { agentConfigOf, type SiteConfig } from "./config";
import { Connection, observed } from "./connection";
import { ChatDatabase } from "./database";
import type { Environment } from "./environment";
import { Workspace } from "./workspace";

const RETRY_MS = 2_000;

export type SessionState =
  | { kind: "starting" }
  | { kind: "unreachable"; failure: FailureKind }
  | { kind: "signedOut"; identities: StoredIdentity[] }
  | { kind: "unregistered"; principal: string }
  /** `isNew`: the person registered a moment ago. */
  | { kind: "ready"; workspace: Workspace; isNew: boolean };

export type SessionParts = {
  agent: ChatAgent;
  environment: Environment;
  fetchConfig: () => Promise<SiteConfig>;
  page: { protocol: string; hostname: string; port: string };
};

export class Session {
  readonly #state = writable<SessionState>({ kind: "starting" });
  readonly state: Readable<SessionState> = this.#state;
  readonly connection = new Connection();
  readonly #config = writable<SiteConfig | null>(null);
  readonly config: Readable<SiteConfig | null> = this.#config;
  readonly #parts: SessionParts;
  readonly #agent: ChatAgent;
  #isVisible = true;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#agent = observed(parts.agent, this.connection);
    this.connection.state.subscribe((connection) => {
      if (connection === "online") this.#workspace?.resume();
      if (connection === "untrusted") this.#workspace?.stop();
    });
  }

  /** Come back to where this browser was left. */
  async start(): Promise<void> {
    await this.#untilReachable(async () => {
      const config = await this.#parts.fetchConfig();
      this.#config.set(config);
      await this.#agent.configure(agentConfigOf(config, this.#parts.page));
      const principal = await this.#agent.resumeSession();
      if (principal === null) await this.#showSignIn();
      else await this.#enter(principal);
    });
  }

  /** Go on as an identity of this browser, or as a new one. */
  async signIn(known: string | null): Promise<void> {
    const principal = await this.#agent.signIn(known);
    this.#state.set({ kind: "starting" });
    await this.#untilReachable(() => this.#enter(principal));
  }

  async signOut(): Promise<void> {
    this.#workspace?.stop();
    await this.#agent.signOut();
    await this.#showSignIn();
  }

  /** Delete an identity of this browser and what was remembered for it. Whoever it was cannot come back. */
  async forget(principal: string): Promise<void> {
    await this.#agent.forgetIdentity(principal);
    await ChatDatabase.delete(principal).catch(() => undefined);
    await this.#showSignIn();
  }

  checkUsername(username: string): Promise<UsernameVerdict> {
    return this.#agent.checkUsername(username);
  }

  async register(username: string): Promise<RegisterResult> {
    const state = get(this.#state);
    const result = await this.#agent.registerUser(username);
    const isRegistered = result.kind === "success" || result.kind === "alreadyRegistered";
    if (isRegistered && state.kind === "unregistered") {
      await this.#enter(state.principal, { isNew: result.kind === "success" });
    }
    return result;
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#workspace?.setVisible(isVisible);
  }

  setBrowserOnline(isOnline: boolean): void {
    this.connection.setBrowserOnline(isOnline);
    if (isOnline) this.refreshNow();
  }

  /** Something is said to have changed. */
  refreshNow(): void {
    inBackground(async () => this.#workspace?.refreshNow());
  }

  get #workspace(): Workspace | null {
    const state = get(this.#state);
    return state.kind === "ready" ? state.workspace : null;
  }

  async #showSignIn(): Promise<void> {
    this.#state.set({ kind: "signedOut", identities: await this.#agent.identities() });
  }

  async #enter(principal: string, { isNew = false } = {}): Promise<void> {
    const database = await ChatDatabase.open(principal);
    const remembered = await database.currentUser();
    if (remembered) {
      // Offline, or while the index is asked: what this browser knows is shown at once.
      inBackground(() => this.#confirm(principal, remembered));
      await this.#work(remembered, database, isNew);
      return;
    }
    const user = await this.#agent.currentUser().catch((error: unknown) => {
      database.close();
      throw error;
    });
    if (user) await this.#begin(user, database, isNew);
    else {
      database.close();
      this.#state.set({ kind: "unregistered", principal });
    }
  }

  async #begin(user: CurrentUser, database: ChatDatabase, isNew: boolean): Promise<void> {
    await database.claim(user);
    await this.#agent.rememberUsername(user.username);
    await this.#work(user, database, isNew);
  }

  async #work(user: CurrentUser, database: ChatDatabase, isNew: boolean): Promise<void> {
    const workspace = new Workspace(this.#agent, database, this.#parts.environment, user);
    workspace.setVisible(this.#isVisible);
    this.#state.set({ kind: "ready", workspace, isNew });
    await workspace.start();
  }

  /** The system may have been started afresh since: then the person is somebody else now, or nobody. */
  async #confirm(principal: string, remembered: CurrentUser): Promise<void> {
    const user = await this.#agent.currentUser();
    if (user?.userId === remembered.userId && user.dateCreated === remembered.dateCreated) return;
    this.#workspace?.stop();
    await ChatDatabase.delete(principal);
    await this.#enter(principal);
  }

  async #untilReachable(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const failure = error instanceof Failure ? error.kind : "protocol";
      this.#state.set({ kind: "unreachable", failure });
      if (failure === "trust") return;
      this.#parts.environment.schedule(RETRY_MS, () => inBackground(() => this.#untilReachable(work)));
    }
  }
}
