import { expect, it } from "vitest";
import { notificationOf } from "../../service-worker/payload";

const COMMON = { chat_id: "chat", timestamp: 1, message_index: 0, event_index: 1 };

it.each([
  [
    { ...COMMON, type: "direct_message", sender: "bob", sender_name: "bobby", text: "hello" },
    { chatId: "chat", title: "bobby", body: "hello" },
  ],
  [
    { ...COMMON, type: "group_message", group_name: "Hiking", sender: "bob", sender_name: "bobby", text: "hello" },
    { chatId: "chat", title: "Hiking", body: "bobby: hello" },
  ],
  [
    { ...COMMON, type: "added_to_group", group_name: "Hiking", added_by: "bob", added_by_name: "bobby" },
    { chatId: "chat", title: "Hiking", body: "bobby added you to the group" },
  ],
])("%o", (payload, shown) => {
  expect(notificationOf(payload)).toEqual(shown);
});

it.each([null, 7, "text", {}, { type: "something_new" }])("%o is no notification of ours", (payload) => {
  expect(notificationOf(payload)).toBeNull();
});
