// Whether the network can be reached, judged by what calls report.

import { type Readable, writable } from "svelte/store";
import type { ChatAgent } from "../agent/api";
import { Failure } from "../agent/failure";

export type ConnectionState =
  | "online"
  /** The browser itself says that there is no network. */
  | "offline"
  /** There is a network, and calls do not get through. */
  | "unreachable"
  /** An answer carried a wrong signature. Nothing is sent or believed until the page is loaded again. */
  | "untrusted";

const FAILURES_BEFORE_UNREACHABLE = 2;

export class Connection {
  readonly #state = writable<ConnectionState>("online");
  readonly state: Readable<ConnectionState> = this.#state;
  #isBrowserOnline = true;
  #failuresInARow = 0;
  #isUntrusted = false;

  setBrowserOnline(isOnline: boolean): void {
    this.#isBrowserOnline = isOnline;
    this.#publish();
  }

  reportAnswer(): void {
    this.#failuresInARow = 0;
    // A machine without a way out still reaches a replica of its own.
    this.#isBrowserOnline = true;
    this.#publish();
  }

  reportFailure(failure: Failure): void {
    if (failure.kind === "transport") this.#failuresInARow += 1;
    if (failure.kind === "trust") this.#isUntrusted = true;
    this.#publish();
  }

  #publish(): void {
    if (this.#isUntrusted) this.#state.set("untrusted");
    else if (!this.#isBrowserOnline) this.#state.set("offline");
    else this.#state.set(this.#failuresInARow >= FAILURES_BEFORE_UNREACHABLE ? "unreachable" : "online");
  }
}

/** Methods that stay in this browser say nothing about the network. */
const LOCAL_METHODS: ReadonlySet<string> = new Set<keyof ChatAgent>([
  "configure",
  "identities",
  "resumeSession",
  "signIn",
  "signOut",
  "rememberUsername",
  "forgetIdentity",
]);

/** `agent`, with every call reported to `connection`. */
export function observed(agent: ChatAgent, connection: Connection): ChatAgent {
  return new Proxy(agent, {
    get(target, name, receiver) {
      const method = Reflect.get(target, name, receiver);
      if (typeof method !== "function" || LOCAL_METHODS.has(String(name))) return method;
      return async (...args: unknown[]) => {
        try {
          const value = await method.apply(target, args);
          connection.reportAnswer();
          return value;
        } catch (error) {
          if (error instanceof Failure && (error.kind === "transport" || error.kind === "trust")) {
            connection.reportFailure(error);
          } else {
            connection.reportAnswer();
          }
          throw error;
        }
      };
    },
  });
}
