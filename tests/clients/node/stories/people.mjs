// The people of the stories, made of the identities of the client that speaks for them.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { fromHex, signerFor } from '../clients.mjs';

const SEED = new Uint8Array(32).fill(7);
const HOUR_MS = 3_600_000;
const CANISTER_SIGNATURE_DER = fromHex('303c300c060a2b0601040183b8430102032c000a');
const DELEGATION_DOMAIN = new TextEncoder().encode('\x1aic-request-auth-delegation');

export const alice = (client) => client.Ed25519KeyIdentity.generate(SEED);
export const bob = (client) => client.Secp256k1KeyIdentity.fromSecretKey(SEED);
export const carol = (client) => client.ECDSAKeyIdentity.generate();

export async function delegated(client, root, ...targets) {
  const session = await client.ECDSAKeyIdentity.generate();
  const options = targets.length === 0 ? {} : { targets: targets.map((id) => client.Principal.fromText(id)) };
  const expiration = new Date(Date.now() + HOUR_MS);
  const chain = await client.DelegationChain.create(root, session.getPublicKey(), expiration, options);
  return client.DelegationIdentity.fromDelegation(session, chain);
}

// Somebody whose identity is a canister's seed, as people have it from Internet Identity.
export async function signedByCanister(client, network, name) {
  const seed = createHash('sha256').update(name).digest();
  const session = client.Ed25519KeyIdentity.generate();
  const pubkey = new Uint8Array(session.getPublicKey().toDer());
  const delegation = { pubkey, expiration: BigInt(Date.now() + HOUR_MS) * 1_000_000n };
  const message = Buffer.concat([DELEGATION_DOMAIN, new Uint8Array(client.requestIdOf(delegation))]);

  const signer = await signerFor(client, network);
  await signer.prepare(seed, message);
  const signature = Uint8Array.from(await signer.signature(seed, message));

  const signed = { delegation: new client.Delegation(pubkey, delegation.expiration), signature };
  const chain = client.DelegationChain.fromDelegations([signed], canisterKey(client, network.signer, seed));
  return client.DelegationIdentity.fromDelegation(session, chain);
}

// The public key of a canister with an id of ten bytes and a seed of 32.
function canisterKey(client, canister, seed) {
  const id = client.Principal.fromText(canister).toUint8Array();
  return Uint8Array.from(Buffer.concat([CANISTER_SIGNATURE_DER, id, seed]));
}

export async function rejectionOf(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail('the call went through');
}
