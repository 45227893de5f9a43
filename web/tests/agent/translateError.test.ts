import {
  CertificateVerificationErrorCode,
  HttpErrorCode,
  HttpFetchErrorCode,
  ProtocolError,
  RejectError,
  TransportError,
  TrustError,
  UncertifiedRejectErrorCode,
} from "@icp-sdk/core/agent";
import { expect, it } from "vitest";
import { translateError } from "../../agent/translateError";

const REJECT = new UncertifiedRejectErrorCode(new Uint8Array() as never, 5, "IC0503: trapped", undefined, undefined);

it.each([
  [
    "a fetch that failed",
    TransportError.fromCode(new HttpFetchErrorCode(new TypeError("fetch failed"))),
    "transport",
    false,
  ],
  [
    "a gateway without a replica",
    ProtocolError.fromCode(new HttpErrorCode(503, "unavailable", [], "")),
    "transport",
    false,
  ],
  [
    "a request that is refused",
    ProtocolError.fromCode(new HttpErrorCode(400, "bad", [], "expired")),
    "protocol",
    false,
  ],
  [
    "an id that is no canister's",
    ProtocolError.fromCode(new HttpErrorCode(400, "bad", [], "canister_not_found: the requested canister")),
    "reject",
    true,
  ],
  ["a wrong signature", TrustError.fromCode(new CertificateVerificationErrorCode("no")), "trust", false],
  ["a canister that trapped", RejectError.fromCode(REJECT), "reject", true],
  ["anything else", new Error("surprise"), "protocol", false],
])("%s", (_name, error, kind, isDefinite) => {
  expect(translateError(error)).toMatchObject({ kind, isDefinite });
});
