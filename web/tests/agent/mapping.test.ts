import { Principal } from "@icp-sdk/core/principal";
import { expect, it } from "vitest";
import { eventsResultFrom, principalFrom, wrapperFrom } from "../../agent/mapping";

const BOB = Principal.fromText("aaaaa-aa");

function wrapped(event: Parameters<typeof wrapperFrom>[0]["event"]) {
  return { index: 3, timestamp: 1_700_000_000_000n, correlation_id: 0n, event };
}

it("a message becomes plain values", () => {
  const message = {
    message_index: 2,
    message_id: 18_446_744_073_709_551_615n,
    sender: BOB,
    content: { Text: { text: "hello" } },
    replies_to: [{ event_index: 1, chat_id_if_other: [] }] as [{ event_index: number; chat_id_if_other: [] }],
    forwarded: false,
  };

  expect(wrapperFrom(wrapped({ Message: message }))).toEqual({
    index: 3,
    timestamp: 1_700_000_000_000,
    event: {
      kind: "message",
      message: {
        messageIndex: 2,
        messageId: "18446744073709551615",
        sender: "aaaaa-aa",
        text: "hello",
        repliesTo: { eventIndex: 1, chatId: null },
        isForwarded: false,
      },
    },
  });
});

it.each([
  [{ DirectChatCreated: null }, { kind: "directChatCreated" }],
  [
    { GroupChatCreated: { name: "club", description: "", created_by: BOB } },
    { kind: "groupChatCreated", name: "club", createdBy: "aaaaa-aa" },
  ],
  [
    { ParticipantsAdded: { user_ids: [BOB], added_by: BOB } },
    { kind: "participantsAdded", userIds: ["aaaaa-aa"], addedBy: "aaaaa-aa" },
  ],
  [{ ParticipantJoined: { user_id: BOB } }, { kind: "participantJoined", userId: "aaaaa-aa" }],
  [{ ParticipantLeft: { user_id: BOB } }, { kind: "participantLeft", userId: "aaaaa-aa" }],
])("%o", (event, expected) => {
  expect(wrapperFrom(wrapped(event)).event).toEqual(expected);
});

it("what one may not see and what does not exist look alike", () => {
  expect(eventsResultFrom({ ChatNotFound: null })).toEqual({ kind: "notFound" });
  expect(eventsResultFrom({ CallerNotInGroup: null })).toEqual({ kind: "notFound" });
});

it("a text that is no id is an error of input", () => {
  expect(() => principalFrom("not an id")).toThrow(expect.objectContaining({ kind: "input" }));
});
