import { expect, it } from "vitest";
import { agentConfigOf } from "../../client/config";
import { canisterUrl } from "../../ui/platform/addresses";

const SITE = {
  environment: "development",
  userIndex: "a",
  groupIndex: "b",
  notifications: "c",
  website: "d",
  vapidPublicKey: "e",
  version: "0.1.0",
};

it.each([
  ["http://web.localhost:8080/", "http://user.localhost:8080/canister-dashboard", "http://localhost:8080"],
  [
    "http://localhost:8080/?canisterId=web",
    "http://localhost:8080/canister-dashboard?canisterId=user",
    "http://localhost:8080",
  ],
  ["https://web.icp0.io/", "https://user.icp0.io/canister-dashboard", "https://icp-api.io"],
])("from %s a dashboard is at %s and the network at %s", (address, dashboard, host) => {
  const page = new URL(address);

  expect(canisterUrl("user", "/canister-dashboard", page)).toBe(dashboard);
  expect(agentConfigOf(SITE, page).host).toBe(host);
});
