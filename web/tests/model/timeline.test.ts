import { expect, it } from "vitest";
import type { EventWrapper } from "../../agent/api";
import type { OutgoingItem } from "../../client/model/outgoing";
import { keepUnchanged, type Row, type TimelineFacts, timelineRows } from "../../client/model/timeline";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

function message(index: number, sender: string, timestamp: number, messageId = String(index)): EventWrapper {
  const text = `text ${index}`;
  const message = { messageIndex: index, messageId, sender, text, repliesTo: null, isForwarded: false };
  return { index, timestamp, event: { kind: "message", message } };
}

function waiting(messageId: string, createdAt: number): OutgoingItem {
  const chat = { kind: "direct", id: "bob" } as const;
  return { messageId, chat, text: "x", repliesTo: null, createdAt, sequence: 0, status: "queued", refusal: null };
}

function rows(facts: Partial<TimelineFacts>): Row[] {
  return timelineRows({
    me: "alice",
    chat: null,
    events: [],
    outgoing: [],
    newAfterMessageIndex: null,
    dayOf: (timestamp) => Math.floor(timestamp / DAY_MS),
    ...facts,
  });
}

function blocks(shown: Row[]): string[] {
  return shown.flatMap((row) =>
    row.kind === "message" ? [`${row.isFirstOfBlock ? "first" : ""}${row.isLastOfBlock ? "last" : ""}`] : [],
  );
}

it("messages of one person that follow closely are one block", () => {
  const events = [
    message(0, "bob", 0),
    message(1, "bob", MINUTE_MS),
    message(2, "alice", 2 * MINUTE_MS),
    message(3, "alice", 30 * MINUTE_MS),
  ];

  expect(blocks(rows({ events }))).toEqual(["first", "last", "firstlast", "firstlast"]);
});

it("a line stands before the first message of each day, and ends a block", () => {
  const shown = rows({ events: [message(0, "bob", DAY_MS - 1), message(1, "bob", DAY_MS)] });

  expect(shown.map((row) => row.kind)).toEqual(["day", "message", "day", "message"]);
  expect(blocks(shown)).toEqual(["firstlast", "firstlast"]);
});

it("what is new is marked once, and never at my own message", () => {
  const events = [message(0, "bob", 0), message(1, "alice", 1), message(2, "bob", 2), message(3, "bob", 3)];

  const kinds = rows({ events, newAfterMessageIndex: 0 }).map((row) => row.kind);
  expect(kinds).toEqual(["day", "message", "message", "newMessages", "message", "message"]);
});

it("a message on its way out comes last, and once when the canister has it", () => {
  const events = [message(0, "bob", 0), message(1, "alice", 1, "sent")];

  const shown = rows({ events, outgoing: [waiting("sent", 5), waiting("later", 6)] });
  expect(shown.flatMap((row) => (row.kind === "message" ? [row.messageId] : []))).toEqual(["0", "sent", "later"]);
});

it("rows that did not change stay the same objects", () => {
  const before = rows({ events: [message(0, "bob", 0), message(1, "bob", 1)] });
  const after = rows({ events: [message(0, "bob", 0), message(1, "bob", 1), message(2, "bob", 2)] });

  const kept = keepUnchanged(before, after);

  expect(kept).toEqual(after);
  expect(kept[1]).toBe(before[1]);
  expect(kept[2]).not.toBe(before[2]);
});
