import { expect, it } from "vitest";
import { isEmojiOnly, piecesOf } from "../../ui/chat/richText";

it("links are found, without the punctuation after them", () => {
  expect(piecesOf("see https://example.org/a?b=1, or not")).toEqual([
    { kind: "text", text: "see " },
    { kind: "link", text: "https://example.org/a?b=1", href: "https://example.org/a?b=1" },
    { kind: "text", text: ", or not" },
  ]);
});

it("only web addresses become links", () => {
  expect(piecesOf("javascript:alert(1) <b>x</b>")).toEqual([{ kind: "text", text: "javascript:alert(1) <b>x</b>" }]);
});

it.each(["👋", "👩‍💻 🎉", "👍🏽👍🏽👍🏽"])("%s is shown large", (text) => {
  expect(isEmojiOnly(text)).toBe(true);
});

it.each(["👋👋👋👋", "hi 👋", "", "1"])("%o is not", (text) => {
  expect(isEmojiOnly(text)).toBe(false);
});
