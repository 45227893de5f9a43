// The errors of the agent library as failures of ours. This is the only place that knows the library's.

import { AgentError, ErrorKindEnum, HttpErrorCode, UnexpectedErrorCode } from "@icp-sdk/core/agent";
import { Failure, type FailureKind } from "./failure";

const KIND_OF_AGENT_ERROR: Partial<Record<ErrorKindEnum, FailureKind>> = {
  [ErrorKindEnum.Transport]: "transport",
  [ErrorKindEnum.Limit]: "transport",
  [ErrorKindEnum.Trust]: "trust",
  [ErrorKindEnum.Reject]: "reject",
  [ErrorKindEnum.Input]: "input",
};

const SERVER_ERROR_STATUS_MIN = 500;
// How a gateway refuses an id that no subnet hosts: the same as a reject by a replica that has no such canister.
const UNKNOWN_CANISTER = /canister_not_found/;

export function translateError(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof AgentError)) return new Failure("protocol", textOf(error), false);

  const kind = kindOf(error);
  return new Failure(kind, textOf(error), kind === "reject" || kind === "input");
}

function kindOf(error: AgentError): FailureKind {
  if (isNetworkTrouble(error)) return "transport";
  if (isUnknownCanister(error)) return "reject";
  return KIND_OF_AGENT_ERROR[error.kind] ?? "protocol";
}

function isUnknownCanister({ code }: AgentError): boolean {
  return code instanceof HttpErrorCode && UNKNOWN_CANISTER.test(code.bodyText ?? "");
}

function isNetworkTrouble({ code }: AgentError): boolean {
  // A gateway that answers 5xx instead of the replica, or a connection that broke while the body was read.
  if (code instanceof HttpErrorCode) return code.status >= SERVER_ERROR_STATUS_MIN;
  return code instanceof UnexpectedErrorCode && code.error instanceof Error && isFetchError(code.error);
}

function isFetchError(error: Error): boolean {
  return error.name === "AbortError" || error.name === "TimeoutError" || /fetch|network/i.test(error.message);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
