import { expect, it } from "vitest";
import { initialsOf, toneOf } from "../../ui/components/avatar";
import { eventText, listText } from "../../ui/eventText";
import { addParticipantsText } from "../../ui/texts";

const nameOf = (userId: string) => userId;

it("lists of names read like sentences, and end somewhere", () => {
  expect(listText(["alice"])).toBe("alice");
  expect(listText(["alice", "bob", "carol"])).toBe("alice, bob and carol");
  expect(listText(["a", "b", "c", "d", "e", "f"])).toBe("a, b, c and 3 more");
});

it("what happened is told from the reader's side", () => {
  const added = { kind: "participantsAdded" as const, userIds: ["alice", "carol"], addedBy: "bob" };
  expect(eventText(added, "alice", nameOf)).toBe("bob added you and carol");
  expect(eventText(added, "bob", nameOf)).toBe("You added alice and carol");
});

it("who could not be added is named with the reason", () => {
  const partly = { added: ["dave"], alreadyInGroup: ["bob"], blocked: ["carol"], failed: [] };
  expect(addParticipantsText({ kind: "partialSuccess", ...partly }, nameOf)).toBe(
    "Already in the group: bob. Do not want to be added by you: carol.",
  );
  expect(addParticipantsText({ kind: "success" }, nameOf)).toBeNull();
});

it("initials are letters of the first two words", () => {
  expect(initialsOf("Hiking club of the lake")).toBe("HC");
  expect(initialsOf("alice")).toBe("A");
  expect(initialsOf("carol_w")).toBe("CW");
  expect(initialsOf(null)).toBe("·");
});

it("an id keeps its tone, and tones are spread evenly", () => {
  const tones = Array.from({ length: 800 }, (_, n) => toneOf(`canister-${n}`));
  expect(toneOf("canister-1")).toBe(tones[1]);
  for (let tone = 0; tone < 8; tone++) expect(tones.filter((other) => other === tone).length).toBeGreaterThan(60);
});
