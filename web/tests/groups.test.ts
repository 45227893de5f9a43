import { get } from "svelte/store";
import { beforeEach, describe, expect, it } from "vitest";
import type { FakePerson } from "./fakes/fakeWorld";
import { type Browser, Stage } from "./fakes/people";
import { settle } from "./fakes/settle";

let stage: Stage;
let bob: FakePerson;
let hers: Browser;
let his: Browser;

const PRIVATE = { name: "Budget", description: "", isPublic: false, historyVisibleToNewJoiners: false };
const PUBLIC = { name: "Hiking club", description: "Lakes", isPublic: true, historyVisibleToNewJoiners: true };

beforeEach(async () => {
  stage = new Stage();
  const alice = stage.registers("alice");
  bob = stage.registers("bobby");
  hers = await stage.opens(alice);
  his = await stage.opens(bob);
});

async function aliceCreates(group: typeof PRIVATE, members: string[] = []): Promise<string> {
  const { result } = await hers.workspace.groups.create(group, members);
  if (result.kind !== "success") throw new Error(result.kind);
  await settle();
  return result.chatId;
}

describe("a private group", () => {
  it("appears for the one who made it and for those who were added", async () => {
    await aliceCreates(PRIVATE, [bob.userId]);
    await stage.passes({ seconds: 2 });

    expect(hers.chatTitles()).toEqual(["Budget"]);
    expect(his.chatTitles()).toEqual(["Budget"]);
  });

  it("shows everybody's messages with names and counts the unread ones", async () => {
    const chatId = await aliceCreates(PRIVATE, [bob.userId]);
    await hers.opensGroup(chatId);
    await hers.writes("hello group");
    await stage.passes({ seconds: 2 });

    expect(his.unread("Budget")).toBe(1);
    expect(get(his.workspace.items)[0]?.preview).toEqual({ sender: "alice", text: "hello group" });
    await his.opensGroup(chatId);
    expect(his.texts()).toEqual(["hello group"]);
  });

  it("hides what was said before somebody was added", async () => {
    const chatId = await aliceCreates(PRIVATE);
    await hers.opensGroup(chatId);
    await hers.writes("before");
    await hers.workspace.groups.add(chatId, [bob.userId]);
    await hers.writes("after");
    await stage.passes({ seconds: 2 });

    await his.opensGroup(chatId);
    expect(his.texts()).toEqual(["after"]);
    expect(his.unread("Budget")).toBe(1);
  });

  it("lists its members, the owner first", async () => {
    const chatId = await aliceCreates(PRIVATE, [bob.userId]);

    const members = await hers.workspace.groups.members(chatId);
    expect(members?.map((member) => member.role)).toEqual(["owner", "participant"]);
  });

  it("cannot be left by its owner", async () => {
    const chatId = await aliceCreates(PRIVATE);

    expect(await hers.workspace.groups.leave(chatId)).toEqual({ kind: "ownerCannotLeave" });
    expect(hers.chatTitles()).toEqual(["Budget"]);
  });
});

describe("a public group", () => {
  it("is found by a part of its name, looked at, joined, left and joined again", async () => {
    const chatId = await aliceCreates(PUBLIC);
    const { directory, groups } = his.workspace;

    const found = await directory.searchGroups("hik");
    expect(found).toMatchObject({ kind: "success", matches: [{ chatId, name: "Hiking club" }] });
    expect(await directory.resolve(chatId)).toMatchObject({ kind: "group", group: { participantCount: 1 } });

    expect(await groups.join(chatId)).toEqual({ kind: "success" });
    expect(his.chatTitles()).toEqual(["Hiking club"]);

    expect(await groups.leave(chatId)).toEqual({ kind: "success" });
    expect(his.chatTitles()).toEqual([]);
    await stage.passes({ seconds: 4 });
    expect(his.chatTitles()).toEqual([]);

    expect(await groups.join(chatId)).toEqual({ kind: "success" });
    await stage.passes({ seconds: 4 });
    expect(his.chatTitles()).toEqual(["Hiking club"]);
  });

  it("keeps its last summary while it does not answer", async () => {
    const chatId = await aliceCreates(PUBLIC);
    stage.world.groups.delete(chatId);
    await stage.passes({ seconds: 4 });

    expect(hers.chatTitles()).toEqual(["Hiking club"]);
    expect(get(hers.session.connection.state)).toBe("online");
  });
});

it("an id in an address is a person, or a group, or nobody", async () => {
  const group = await aliceCreates(PUBLIC);
  const hidden = await aliceCreates(PRIVATE);
  const kindOf = async (id: string) => (await his.workspace.directory.resolve(id)).kind;

  expect(await kindOf(bob.userId)).toBe("person");
  expect(await kindOf(group)).toBe("group");
  expect(await kindOf(hidden)).toBe("nobody");
  expect(await kindOf("nothing")).toBe("nobody");
});
