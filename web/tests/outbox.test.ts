import { get } from "svelte/store";
import { beforeEach, describe, expect, it } from "vitest";
import type { FakePerson } from "./fakes/fakeWorld";
import { type Browser, Stage } from "./fakes/people";

let stage: Stage;
let alice: FakePerson;
let bob: FakePerson;
let his: Browser;

beforeEach(async () => {
  stage = new Stage();
  alice = stage.registers("alice");
  bob = stage.registers("bobby");
  his = await stage.opens(bob);
  await his.opensDirectChat(alice);
});

function textsInCanister(): string[] {
  const chat = stage.world.canister(bob.userId).directChats.get(alice.userId);
  return (chat?.events ?? []).flatMap(({ event }) => (event.kind === "message" ? [event.message.text] : []));
}

describe("messages written without a network", () => {
  beforeEach(async () => {
    stage.world.isReachable = false;
    await his.writes("one");
    await his.writes("two");
  });

  it("are shown as waiting", () => {
    expect(his.texts()).toEqual(["one", "two"]);
    expect(his.statuses()).toEqual(["queued", "queued"]);
    expect(get(his.workspace.items)[0]?.delivery).toBe("queued");
  });

  it("are sent in order, once, when the network is back", async () => {
    await stage.passes({ seconds: 30 });
    stage.world.isReachable = true;
    await stage.passes({ seconds: 30 });

    expect(textsInCanister()).toEqual(["one", "two"]);
    expect(his.texts()).toEqual(["one", "two"]);
    expect(get(his.workspace.outbox.items)).toEqual([]);
  });

  it("survive closing the page", async () => {
    his.workspace.stop();
    stage.world.isReachable = true;

    const again = await stage.opens(bob);
    await stage.passes({ seconds: 1 });
    await again.opensDirectChat(alice);

    expect(textsInCanister()).toEqual(["one", "two"]);
    expect(again.texts()).toEqual(["one", "two"]);
  });

  it("tell that the network is away, and that it is back", async () => {
    await stage.passes({ seconds: 3 });
    expect(get(his.session.connection.state)).toBe("unreachable");

    stage.world.isReachable = true;
    await stage.passes({ seconds: 10 });
    expect(get(his.session.connection.state)).toBe("online");
  });
});

describe("a message that the canister refuses", () => {
  beforeEach(async () => {
    await his.writes("x".repeat(5_001));
  });

  it("is shown as failed with the reason, and later ones still leave", async () => {
    await his.writes("short");

    expect(his.texts()).toEqual(["short", "x".repeat(5_001)]);
    expect(his.statuses().at(-1)).toBe("failed");
    expect(textsInCanister()).toEqual(["short"]);
    const failed = get(his.workspace.outbox.items)[0];
    expect(failed?.refusal).toEqual({ kind: "textTooLong", bytesMax: 5_000 });
  });

  it("can be discarded", () => {
    const [failed] = get(his.workspace.outbox.items);
    his.workspace.outbox.discard(failed?.messageId ?? "");

    expect(his.texts()).toEqual([]);
  });

  it("can be tried again", async () => {
    stage.world.canister(bob.userId).blocked.add(alice.userId);
    await his.writes("blocked");
    stage.world.canister(bob.userId).blocked.clear();
    const failed = get(his.workspace.outbox.items).at(-1);

    his.workspace.outbox.retry(failed?.messageId ?? "");
    await stage.passes({ seconds: 1 });

    expect(textsInCanister()).toEqual(["blocked"]);
  });
});

it("an answer that was lost does not double the message", async () => {
  const { world } = stage;
  const sendDirect = world.sendDirect.bind(world);
  let lost = 1;
  world.sendDirect = (...args) => {
    const event = sendDirect(...args);
    if (lost-- > 0) {
      world.isReachable = false;
      world.requireNetwork();
    }
    return event;
  };

  await his.writes("once");
  world.isReachable = true;
  await stage.passes({ seconds: 10 });

  expect(textsInCanister()).toEqual(["once"]);
  expect(his.texts()).toEqual(["once"]);
});
