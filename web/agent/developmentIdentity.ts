// An Ed25519 key pair made by this browser. The browser keeps the private key and lends it for signing; no script,
// ours included, can read it. A browser without Ed25519 gets a P-256 key with the same promise.

import { type DerEncodedPublicKey, type PublicKey, type Signature, SignIdentity } from "@icp-sdk/core/agent";
import { ECDSAKeyIdentity, Ed25519PublicKey } from "@icp-sdk/core/identity";

const ED25519 = "Ed25519";

export async function generateKeyPair(): Promise<CryptoKeyPair> {
  try {
    return (await crypto.subtle.generateKey(ED25519, false, ["sign", "verify"])) as CryptoKeyPair;
  } catch {
    return crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  }
}

export async function identityOf(keyPair: CryptoKeyPair): Promise<SignIdentity> {
  if (keyPair.publicKey.algorithm.name !== ED25519) return ECDSAKeyIdentity.fromKeyPair(keyPair);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", keyPair.publicKey));
  return new BrowserKeyIdentity(keyPair.privateKey, Ed25519PublicKey.fromRaw(raw));
}

class BrowserKeyIdentity extends SignIdentity {
  readonly #privateKey: CryptoKey;
  readonly #publicKey: PublicKey & { toDer(): DerEncodedPublicKey };

  constructor(privateKey: CryptoKey, publicKey: Ed25519PublicKey) {
    super();
    this.#privateKey = privateKey;
    this.#publicKey = publicKey;
  }

  override getPublicKey(): PublicKey {
    return this.#publicKey;
  }

  override async sign(blob: Uint8Array<ArrayBuffer>): Promise<Signature> {
    return new Uint8Array(await crypto.subtle.sign(ED25519, this.#privateKey, blob)) as Signature;
  }
}
