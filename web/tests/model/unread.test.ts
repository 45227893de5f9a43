import { describe, expect, it } from "vitest";
import type { EventWrapper } from "../../agent/api";
import type { DirectChat, GroupChat } from "../../client/model/chat";
import { deliveryOf, unreadCount } from "../../client/model/unread";

const LATEST: EventWrapper = {
  index: 10,
  timestamp: 0,
  event: {
    kind: "message",
    message: { messageIndex: 9, messageId: "1", sender: "bob", text: "", repliesTo: null, isForwarded: false },
  },
};
const DIRECT: DirectChat = {
  kind: "direct",
  id: "bob",
  latestMessage: LATEST,
  latestEventIndex: 10,
  readByMeUpTo: null,
  readByThemUpTo: null,
  confirmedUpTo: null,
  hasDeliveryFailed: false,
  since: 0,
};
const GROUP: GroupChat = {
  kind: "group",
  id: "group",
  latestMessage: LATEST,
  latestEventIndex: 10,
  readByMeUpTo: null,
  since: 0,
  name: "",
  description: "",
  isPublic: false,
  minVisibleEventIndex: 8,
  minVisibleMessageIndex: 7,
  latestMessageIndex: 9,
  participantCount: 2,
  role: "participant",
  lastUpdated: 0,
};

describe("the number of unread messages", () => {
  it("counts everything in a chat that was never read", () => {
    expect(unreadCount(DIRECT, null)).toBe(10);
  });

  it("takes whichever was read further, here or in the canister", () => {
    expect(unreadCount({ ...DIRECT, readByMeUpTo: 5 }, 8)).toBe(1);
    expect(unreadCount({ ...DIRECT, readByMeUpTo: 9 }, 2)).toBe(0);
  });

  it("leaves out what a member may not see", () => {
    expect(unreadCount(GROUP, null)).toBe(3);
  });
});

describe("what became of my message", () => {
  it.each([
    [{}, "sent"],
    [{ confirmedUpTo: 3 }, "sent"],
    [{ confirmedUpTo: 4 }, "delivered"],
    [{ confirmedUpTo: 4, readByThemUpTo: 4 }, "read"],
    [{ hasDeliveryFailed: true }, "undelivered"],
  ])("%o: %s", (change, expected) => {
    expect(deliveryOf({ ...DIRECT, ...change }, 4)).toBe(expected);
  });

  it("is only that it was sent, in a group", () => {
    expect(deliveryOf(GROUP, 4)).toBe("sent");
  });
});
