import { get } from "svelte/store";
import { describe, expect, it } from "vitest";
import { Stage } from "./fakes/people";

describe("a new browser", () => {
  it("asks to sign in, then for a name, then has a canister", async () => {
    const stage = new Stage();
    const browser = await stage.opens();
    expect(get(browser.session.state)).toEqual({ kind: "signedOut", identities: [] });

    await browser.session.signIn(null);
    expect(get(browser.session.state).kind).toBe("unregistered");

    expect(await browser.session.register("alice")).toMatchObject({ kind: "success" });
    expect(get(browser.session.state)).toMatchObject({ kind: "ready", isNew: true });
    expect(browser.workspace.me.username).toBe("alice");
  });

  it.each([
    ["abc", { kind: "tooShort", bytesMin: 5 }],
    ["a".repeat(26), { kind: "tooLong", bytesMax: 25 }],
    ["two words", { kind: "invalid" }],
    ["bobby", { kind: "taken" }],
  ])("cannot have the name %s", async (username, refusal) => {
    const stage = new Stage();
    stage.registers("bobby");
    const browser = await stage.opens();
    await browser.session.signIn(null);

    expect(await browser.session.checkUsername(username)).toEqual(refusal);
    expect(await browser.session.register(username)).toEqual(refusal);
    expect(get(browser.session.state).kind).toBe("unregistered");
  });
});

describe("a browser that was used before", () => {
  it("offers its identities after signing out", async () => {
    const stage = new Stage();
    const browser = await stage.opens();
    await browser.session.signIn(null);
    await browser.session.register("alice");

    await browser.session.signOut();
    const state = get(browser.session.state);
    expect(state).toMatchObject({ kind: "signedOut", identities: [{ username: "alice" }] });

    await browser.session.signIn(state.kind === "signedOut" ? (state.identities[0]?.principal ?? null) : null);
    expect(browser.workspace.me.username).toBe("alice");
    expect(get(browser.session.state)).toMatchObject({ isNew: false });
  });

  it("forgets an identity when told so", async () => {
    const stage = new Stage();
    const browser = await stage.opens(stage.registers("alice"));
    await browser.session.signOut();
    const state = get(browser.session.state);

    await browser.session.forget(state.kind === "signedOut" ? (state.identities[0]?.principal ?? "") : "");

    expect(get(browser.session.state)).toEqual({ kind: "signedOut", identities: [] });
  });
});

it("a browser that remembers nothing waits for the network by itself", async () => {
  const stage = new Stage();
  stage.world.isReachable = false;
  const browser = await stage.opens(stage.registers("alice"));
  expect(get(browser.session.state).kind).toBe("unreachable");

  stage.world.isReachable = true;
  await stage.passes({ seconds: 3 });

  expect(browser.workspace.me.username).toBe("alice");
});
