import { beforeEach, expect, it } from "vitest";
import { Poller } from "../client/poller";
import { FakeEnvironment } from "./fakes/fakeEnvironment";
import { settle } from "./fakes/settle";

let environment: FakeEnvironment;
let runs: number;
let finish: (() => void) | null;
let poller: Poller;

beforeEach(() => {
  environment = new FakeEnvironment();
  runs = 0;
  finish = null;
  const task = async () => {
    runs += 1;
  };
  poller = new Poller(task, { visibleMs: 1_000, hiddenMs: 60_000 }, environment);
});

it("runs at once, then at its interval", async () => {
  poller.start();
  await environment.advance(3_500);

  expect(runs).toBe(4);
});

it("runs seldom while hidden, and at once on coming back", async () => {
  poller.start();
  await settle();
  poller.setVisible(false);
  await environment.advance(30_000);
  expect(runs).toBe(1);

  poller.setVisible(true);
  await environment.advance(0);
  expect(runs).toBe(2);
});

it("never overlaps itself, and asks again if somebody asked meanwhile", async () => {
  const slow = new Poller(
    () => {
      runs += 1;
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
    { visibleMs: 1_000, hiddenMs: 60_000 },
    environment,
  );
  slow.start();
  void slow.runNow();
  await environment.advance(5_000);
  expect(runs).toBe(1);

  finish?.();
  await settle();
  expect(runs).toBe(2);
});

it("goes on after a failure, and stops when told", async () => {
  const failing = new Poller(
    async () => {
      runs += 1;
      throw new Error("no");
    },
    { visibleMs: 1_000, hiddenMs: 60_000 },
    environment,
  );
  failing.start();
  await environment.advance(2_500);
  expect(runs).toBe(3);

  failing.stop();
  await environment.advance(10_000);
  expect(runs).toBe(3);
});
