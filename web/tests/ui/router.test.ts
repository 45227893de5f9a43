import { expect, it } from "vitest";
import { placeAfter } from "../../ui/router.svelte";

const START = { panel: "chats", chatId: null, areDetailsOpen: false, front: "panel" } as const;

it("a chat keeps the panel beside it", () => {
  const searching = placeAfter({ ...START }, "#/discover");
  expect(placeAfter(searching, "#/chat/abc")).toEqual({
    panel: "discover",
    chatId: "abc",
    areDetailsOpen: false,
    front: "chat",
  });
});

it("a panel keeps the chat beside it", () => {
  const chatting = placeAfter({ ...START }, "#/chat/abc/details");
  expect(chatting.areDetailsOpen).toBe(true);
  expect(placeAfter(chatting, "#/settings")).toMatchObject({ panel: "settings", chatId: "abc", front: "panel" });
});

it.each(["", "#", "#/", "#/nonsense"])("%o is the list", (hash) => {
  expect(placeAfter({ ...START }, hash)).toEqual(START);
});
