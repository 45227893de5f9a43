// An agent on the other side of a message port, called like an object: one message per call, answered by its id.

import type { ChatAgent } from "./api";
import { Failure, type FailureKind } from "./failure";

type Call = { id: number; method: keyof ChatAgent; args: unknown[] };
type PlainFailure = { kind: FailureKind; message: string; isDefinite: boolean };
type Answer = { id: number; value: unknown } | { id: number; failure: PlainFailure };

/** What both ends of a worker have. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
}

/** Answer the calls that arrive at `port` with `agent`. `translate` makes a failure of whatever a method throws. */
export function serveAgent(port: Port, agent: ChatAgent, translate: (error: unknown) => Failure): void {
  port.addEventListener("message", async ({ data }) => {
    const { id, method, args } = data as Call;
    try {
      const run = agent[method] as (...args: unknown[]) => Promise<unknown>;
      port.postMessage({ id, value: await run.apply(agent, args) } satisfies Answer);
    } catch (error) {
      const { kind, message, isDefinite } = translate(error);
      port.postMessage({ id, failure: { kind, message, isDefinite } } satisfies Answer);
    }
  });
}

/** The agent that answers at the other end of `port`. */
export function remoteAgent(port: Port): ChatAgent {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (failure: Failure) => void }>();
  let nextId = 0;

  port.addEventListener("message", ({ data }) => {
    const answer = data as Answer;
    const caller = waiting.get(answer.id);
    if (!caller) return;
    waiting.delete(answer.id);
    if ("failure" in answer) {
      const { kind, message, isDefinite } = answer.failure;
      caller.reject(new Failure(kind, message, isDefinite));
    } else {
      caller.resolve(answer.value);
    }
  });

  const call = (method: string, args: unknown[]) =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      port.postMessage({ id, method: method as keyof ChatAgent, args } satisfies Call);
    });

  return new Proxy({} as ChatAgent, {
    get: (_target, method) =>
      // A proxy that had `then` would be taken for a promise.
      typeof method === "string" && method !== "then" ? (...args: unknown[]) => call(method, args) : undefined,
  });
}
