// Why a call did not answer, grouped by who must act:
//
//   transport  nobody: the network is away; try again later
//   trust      the person: a signature does not hold; never tried again quietly
//   reject     the person: the canister or the network refused, and the text says why
//   input      the form: what was asked cannot be sent
//   protocol   us: an answer that cannot be

export type FailureKind = "transport" | "trust" | "reject" | "input" | "protocol";

export class Failure extends Error {
  readonly kind: FailureKind;
  /** True if what was asked surely did not happen; false if it may have. */
  readonly isDefinite: boolean;

  constructor(kind: FailureKind, message: string, isDefinite: boolean) {
    super(message);
    this.kind = kind;
    this.isDefinite = isDefinite;
  }
}
