import { expect, it } from "vitest";
import { byteLength, cutToBytes, isUsernameWellFormed } from "../../client/model/limits";

it("lengths are bytes of UTF-8", () => {
  expect(byteLength("grüße 👋")).toBe(12);
});

it("a text is cut between characters", () => {
  expect(cutToBytes("grüße", 4)).toBe("grü");
  expect(cutToBytes("👋👋", 5)).toBe("👋");
  expect(cutToBytes("short", 25)).toBe("short");
});

it.each(["alice", "a_b_c", "x1_2y", "ALICE"])("%s is a well-formed name", (name) => {
  expect(isUsernameWellFormed(name)).toBe(true);
});

it.each(["_alice", "alice_", "a__b", "two words", "grüße", "a-b", ""])("%o is not a well-formed name", (name) => {
  expect(isUsernameWellFormed(name)).toBe(false);
});
