import { expect, it } from "vitest";
import { cyclesText, hexText, megabytesText } from "../../dashboard/format";
import { canisterIdOf, hostOf, isLocal } from "../../dashboard/location";

const ID = "bnz7o-iuaaa-aaaaa-qaaaa-cai";

it("cycles are rounded down to hundredths of a trillion", () => {
  expect(cyclesText(2_509_999_999_999n)).toBe("2.50 T");
  expect(cyclesText(0n)).toBe("0.00 T");
});

it("memory is in megabytes, hashes in hex", () => {
  expect(megabytesText(1_572_864n)).toBe("1.50 MB");
  expect(hexText(new Uint8Array([0, 10, 255]))).toBe("000aff");
});

it.each([
  [`http://${ID}.localhost:8080/canister-dashboard`, ID, "http://localhost:8080"],
  [`http://127.0.0.1:8080/canister-dashboard?canisterId=${ID}`, ID, "http://127.0.0.1:8080"],
  [`https://${ID}.icp0.io/canister-dashboard`, ID, "https://icp-api.io"],
  ["http://localhost:8080/canister-dashboard", null, "http://localhost:8080"],
])("%s", (address, canisterId, host) => {
  const page = new URL(address);

  expect(canisterIdOf(page)).toBe(canisterId);
  expect(hostOf(page)).toBe(host);
});

it("only this machine's root key is fetched", () => {
  expect(isLocal("http://localhost:8080")).toBe(true);
  expect(isLocal("https://icp-api.io")).toBe(false);
});
