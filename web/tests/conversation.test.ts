import { get } from "svelte/store";
import { beforeEach, describe, expect, it } from "vitest";
import type { FakePerson } from "./fakes/fakeWorld";
import { Stage } from "./fakes/people";
import { settle } from "./fakes/settle";

let stage: Stage;
let alice: FakePerson;
let bob: FakePerson;

beforeEach(() => {
  stage = new Stage();
  alice = stage.registers("alice");
  bob = stage.registers("bobby");
});

function saysManyTimes(from: FakePerson, to: FakePerson, count: number, first = 0) {
  for (let n = first; n < first + count; n++) stage.world.sendDirect(from.userId, to.userId, `${n}`, `message ${n}`);
}

describe("two people", () => {
  it("see each other's messages without reloading, with an unread badge", async () => {
    const hers = await stage.opens(alice);
    const his = await stage.opens(bob);

    await his.opensDirectChat(alice);
    await his.writes("hello");
    await his.writes("are you there?");
    await stage.passes({ seconds: 2 });

    expect(hers.chatTitles()).toEqual(["bobby"]);
    expect(hers.unread("bobby")).toBe(2);

    await hers.opensDirectChat(bob);
    await hers.writes("yes");
    await stage.passes({ seconds: 2 });

    expect(his.texts()).toEqual(["hello", "are you there?", "yes"]);
    expect(hers.unread("bobby")).toBe(0);
  });

  it("see when a message was stored, delivered and read", async () => {
    stage.world.isDelivering = false;
    const hers = await stage.opens(alice);
    const his = await stage.opens(bob);

    await his.opensDirectChat(alice);
    await his.writes("hello");
    expect(his.statuses()).toEqual(["sent"]);

    stage.world.isDelivering = true;
    stage.world.deliver();
    await stage.passes({ seconds: 2 });
    expect(his.statuses()).toEqual(["delivered"]);

    hers.workspace.readMarks.mark(bob.userId, 0);
    await stage.passes({ seconds: 3 });
    expect(his.statuses()).toEqual(["read"]);
  });
});

describe("a conversation", () => {
  it("begins with the newest page and loads older ones without gaps", async () => {
    saysManyTimes(bob, alice, 200);
    const hers = await stage.opens(alice);

    await hers.opensDirectChat(bob);
    expect(hers.texts().at(-1)).toBe("message 199");
    const firstPage = hers.texts().length;

    const conversation = get(hers.workspace.conversation);
    await conversation?.loadOlder();
    expect(hers.texts().length).toBeGreaterThan(firstPage);
    while (conversation && get(conversation.state).hasOlder) await conversation.loadOlder();
    expect(hers.texts()).toEqual(Array.from({ length: 200 }, (_, n) => `message ${n}`));
  });

  it("shows what it remembers while the network is away", async () => {
    saysManyTimes(bob, alice, 5);
    const first = await stage.opens(alice);
    await first.opensDirectChat(bob);
    first.workspace.stop();

    stage.world.isReachable = false;
    const second = await stage.opens(alice);
    await second.opensDirectChat(bob);

    expect(second.chatTitles()).toEqual(["bobby"]);
    expect(second.texts()).toHaveLength(5);
  });

  it("fills the gap after an absence, and starts a new window after a long one", async () => {
    saysManyTimes(bob, alice, 5);
    const first = await stage.opens(alice);
    await first.opensDirectChat(bob);
    first.workspace.stop();

    saysManyTimes(bob, alice, 70, 5);
    const second = await stage.opens(alice);
    await stage.passes({ seconds: 2 });
    await second.opensDirectChat(bob);
    expect(second.texts()).toHaveLength(75);
    second.workspace.stop();

    saysManyTimes(bob, alice, 500, 75);
    const third = await stage.opens(alice);
    await stage.passes({ seconds: 2 });
    await third.opensDirectChat(bob);
    const texts = third.texts();
    expect(texts.at(-1)).toBe("message 574");
    expect(texts.length).toBeLessThan(100);
    expect(texts).toEqual(Array.from({ length: texts.length }, (_, n) => `message ${575 - texts.length + n}`));
  });

  it("forgets what it remembered when the system was started afresh", async () => {
    saysManyTimes(bob, alice, 3);
    const first = await stage.opens(alice);
    expect(first.chatTitles()).toEqual(["bobby"]);
    first.workspace.stop();

    stage.world.people.delete(alice.userId);
    const again = stage.registers("alice");
    const second = await stage.opens(again);
    await settle();

    expect(second.workspace.me.userId).toBe(again.userId);
    expect(second.chatTitles()).toEqual([]);
  });
});
