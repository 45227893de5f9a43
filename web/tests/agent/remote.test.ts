import { expect, it } from "vitest";
import type { ChatAgent } from "../../agent/api";
import { Failure } from "../../agent/failure";
import { type Port, remoteAgent, serveAgent } from "../../agent/remote";
import { translateError } from "../../agent/translateError";

/** The two ends of a worker, with messages copied as between threads. */
function ports(): [Port, Port] {
  const listeners: ((event: { data: unknown }) => void)[][] = [[], []];
  const end = (mine: number, other: number): Port => ({
    postMessage: (data) => {
      const copy = structuredClone(data);
      queueMicrotask(() => listeners[other]?.forEach((listener) => void listener({ data: copy })));
    },
    addEventListener: (_type, listener) => {
      listeners[mine]?.push(listener);
    },
  });
  return [end(0, 1), end(1, 0)];
}

function connected(agent: Partial<ChatAgent>): ChatAgent {
  const [page, worker] = ports();
  serveAgent(worker, agent as ChatAgent, translateError);
  return remoteAgent(page);
}

it("answers reach the call they belong to, in whatever order", async () => {
  const pending: (() => void)[] = [];
  const agent = connected({
    searchUsers: (term) => new Promise((resolve) => pending.push(() => resolve([{ userId: term, username: term }]))),
  });

  const first = agent.searchUsers("one", 1);
  const second = agent.searchUsers("two", 1);
  await new Promise((resolve) => setImmediate(resolve));
  for (const answer of pending.toReversed()) answer();

  expect((await first)[0]?.userId).toBe("one");
  expect((await second)[0]?.userId).toBe("two");
});

it("failures keep their kind on the way", async () => {
  const agent = connected({
    currentUser: async () => {
      throw new Failure("trust", "wrong signature", false);
    },
  });

  await expect(agent.currentUser()).rejects.toMatchObject({ kind: "trust", message: "wrong signature" });
  await expect(agent.currentUser()).rejects.toBeInstanceOf(Failure);
});

it("an agent at the other end is not mistaken for a promise", async () => {
  const agent = connected({ currentUser: async () => null });

  expect(await (await Promise.resolve(agent)).currentUser()).toBeNull();
});
