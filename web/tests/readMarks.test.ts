import { get } from "svelte/store";
import { beforeEach, expect, it } from "vitest";
import { ReadMarks } from "../client/readMarks";
import { FakeEnvironment } from "./fakes/fakeEnvironment";

let environment: FakeEnvironment;
let sent: { chatId: string; readUpTo: number }[][];
let isReachable: boolean;
let marks: ReadMarks;

beforeEach(() => {
  environment = new FakeEnvironment();
  sent = [];
  isReachable = true;
  marks = new ReadMarks(async (batch) => {
    if (!isReachable) throw new Error("away");
    sent.push(batch);
  }, environment);
});

it("tells of many chats at once, each with the furthest mark", async () => {
  marks.mark("bob", 1);
  marks.mark("bob", 3);
  marks.mark("group", 7);
  marks.mark("bob", 2);
  await environment.advance(1_000);

  expect(sent).toEqual([
    [
      { chatId: "bob", readUpTo: 3 },
      { chatId: "group", readUpTo: 7 },
    ],
  ]);
  expect(get(marks.marks).get("bob")).toBe(3);
});

it("tells nothing twice", async () => {
  marks.mark("bob", 1);
  await environment.advance(1_000);
  marks.mark("bob", 1);
  await environment.advance(10_000);

  expect(sent).toHaveLength(1);
});

it("tries again when the network was away", async () => {
  isReachable = false;
  marks.mark("bob", 1);
  await environment.advance(1_000);
  isReachable = true;
  await environment.advance(10_000);

  expect(sent).toEqual([[{ chatId: "bob", readUpTo: 1 }]]);
});

it("tells at once when the page goes away", async () => {
  marks.mark("bob", 1);
  await marks.flush();

  expect(sent).toHaveLength(1);
});
