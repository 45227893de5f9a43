// People with a browser each, in one world: the vocabulary of the client's tests.

import { get } from "svelte/store";
import type { MessageRow } from "../../client/model/timeline";
import { timelineRows } from "../../client/model/timeline";
import { Session } from "../../client/session";
import type { Workspace } from "../../client/workspace";
import { fakeAgent } from "./fakeAgent";
import { FakeEnvironment } from "./fakeEnvironment";
import { type FakePerson, FakeWorld } from "./fakeWorld";
import { settle } from "./settle";

const SITE = {
  environment: "development",
  userIndex: "user-index",
  groupIndex: "group-index",
  notifications: "notifications",
  website: "website",
  vapidPublicKey: "",
  version: "0.1.0",
};
const PAGE = { protocol: "http:", hostname: "website.localhost", port: "8080" };

let worlds = 0;

export class Stage {
  readonly environment = new FakeEnvironment();
  readonly world = new FakeWorld(() => this.environment.now());
  readonly #name = `world-${worlds++}`;

  /** Somebody who has registered, and has no browser open. */
  registers(username: string): FakePerson {
    return this.world.register(`${this.#name}-${username}`, username);
  }

  /** Open the app in a browser of `person`, or in a new one. */
  async opens(person: FakePerson | null = null): Promise<Browser> {
    const browser = new Browser(this, person);
    await browser.start();
    return browser;
  }

  async passes({ seconds }: { seconds: number }): Promise<void> {
    await this.environment.advance(seconds * 1_000);
  }
}

export class Browser {
  readonly session: Session;
  readonly #stage: Stage;

  constructor(stage: Stage, person: FakePerson | null) {
    this.#stage = stage;
    this.session = new Session({
      agent: fakeAgent(stage.world, person),
      environment: stage.environment,
      fetchConfig: async () => SITE,
      page: PAGE,
    });
  }

  async start(): Promise<void> {
    await this.session.start();
    await settle();
  }

  get workspace(): Workspace {
    const state = get(this.session.state);
    if (state.kind !== "ready") throw new Error(`the session is ${state.kind}`);
    return state.workspace;
  }

  chatTitles(): (string | null)[] {
    return get(this.workspace.items).map((item) => item.title);
  }

  unread(title: string): number | undefined {
    return get(this.workspace.items).find((item) => item.title === title)?.unread;
  }

  async opensDirectChat(them: FakePerson): Promise<void> {
    this.workspace.open({ kind: "direct", id: them.userId });
    await settle();
  }

  async opensGroup(chatId: string): Promise<void> {
    this.workspace.open({ kind: "group", id: chatId });
    await settle();
  }

  async writes(text: string): Promise<void> {
    const conversation = get(this.workspace.conversation);
    if (!conversation) throw new Error("no chat is open");
    const isGroup = this.#stage.world.groups.has(conversation.chatId);
    await this.workspace.outbox.send({ kind: isGroup ? "group" : "direct", id: conversation.chatId }, text);
    await settle();
  }

  /** The messages on the screen. */
  messages(): MessageRow[] {
    const conversation = get(this.workspace.conversation);
    if (!conversation) return [];
    const rows = timelineRows({
      me: this.workspace.me.userId,
      chat: this.workspace.chatList.get(conversation.chatId),
      events: get(conversation.state).events,
      outgoing: get(this.workspace.outbox.items).filter((item) => item.chat.id === conversation.chatId),
      newAfterMessageIndex: null,
      dayOf: () => 0,
    });
    return rows.filter((row) => row.kind === "message");
  }

  texts(): string[] {
    return this.messages().map((row) => row.text);
  }

  statuses(): MessageRow["status"][] {
    return this.messages().map((row) => row.status);
  }
}
