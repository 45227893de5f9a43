// An identity provider as small as can be: a window with two buttons that speaks both protocols of AuthClients. People
// are who they are at an origin; the delegation is signed by a canister, as Internet Identity's are.
//
// `/#authorize`: authorize-ready -> authorize-client -> authorize-client-success or -failure.
// Signers: JSON-RPC with icrc29_status (ICRC-29) and icrc34_delegation (ICRC-34).

import { Actor, HttpAgent, requestIdOf } from '@icp-sdk/core/agent';
import { IDL } from '@icp-sdk/core/candid';
import { Principal } from '@icp-sdk/core/principal';

const HOUR_NS = 3_600_000_000_000n;
const CANISTER_SIGNATURE_DER = [0x30, 0x3c, 0x30, 0x0c, 0x06, 0x0a, 0x2b, 6, 1, 4, 1, 0x83, 0xb8, 0x43, 1, 2, 3, 0x2c, 0, 10];
const ABORTED = { code: 3001, message: 'The person said no.' };

const network = await (await fetch('/network.json')).json();

function decision() {
  return new Promise((resolve) => {
    for (const [name, answer] of [['Continue', true], ['Cancel', false]]) {
      const button = document.createElement('button');
      button.textContent = name;
      button.addEventListener('click', () => resolve(answer), { once: true });
      document.body.append(button);
    }
  });
}

async function delegate(origin, pubkey, lifetimeNs = HOUR_NS) {
  const bytes = new TextEncoder();
  const seed = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.encode(origin)));
  const delegation = { pubkey, expiration: BigInt(Date.now()) * 1_000_000n + lifetimeNs };
  const message = joined(bytes.encode('\x1aic-request-auth-delegation'), requestIdOf(delegation));
  const signer = await signerCanister();
  await signer.prepare(seed, message);
  const signature = Uint8Array.from(await signer.signature(seed, message));
  const canister = Principal.fromText(network.signer).toUint8Array();
  return { delegation, signature, userPublicKey: joined(CANISTER_SIGNATURE_DER, canister, seed) };
}

async function signerCanister() {
  const rootKey = Uint8Array.from(network.rootKey.match(/../g), (pair) => parseInt(pair, 16));
  const agent = await HttpAgent.create({ host: network.url, rootKey });
  const bytes = IDL.Vec(IDL.Nat8);
  const service = () =>
    IDL.Service({
      prepare: IDL.Func([bytes, bytes], [], []),
      signature: IDL.Func([bytes, bytes], [bytes], ['query']),
    });
  return Actor.createActor(service, { agent, canisterId: network.signer });
}

const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

async function answerAuthorize(request, origin) {
  if (!(await decision())) return { kind: 'authorize-client-failure', text: ABORTED.message };
  const signed = await delegate(origin, request.sessionPublicKey, request.maxTimeToLive);
  const { delegation, signature, userPublicKey } = signed;
  return {
    kind: 'authorize-client-success',
    delegations: [{ delegation, signature }],
    userPublicKey,
    authnMethod: 'passkey',
  };
}

async function answerSigner({ method, params }, origin) {
  if (method === 'icrc29_status') return { result: 'ready' };
  if (method !== 'icrc34_delegation') return { error: { code: -32601, message: 'Method not found' } };
  if (!(await decision())) return { error: ABORTED };
  const lifetimeNs = params.maxTimeToLive === undefined ? undefined : BigInt(params.maxTimeToLive);
  const signed = await delegate(origin, fromBase64(params.publicKey), lifetimeNs);
  const pubkey = toBase64(signed.delegation.pubkey);
  const delegation = { pubkey, expiration: String(signed.delegation.expiration) };
  return {
    result: {
      publicKey: toBase64(signed.userPublicKey),
      signerDelegation: [{ delegation, signature: toBase64(signed.signature) }],
    },
  };
}

window.addEventListener('message', async ({ data, origin, source }) => {
  if (data?.kind === 'authorize-client') {
    source.postMessage(await answerAuthorize(data, origin), origin);
  } else if (data?.jsonrpc === '2.0' && data.method !== undefined) {
    source.postMessage({ jsonrpc: '2.0', id: data.id, ...(await answerSigner(data, origin)) }, origin);
  }
});
if (location.hash === '#authorize') opener.postMessage({ kind: 'authorize-ready' }, '*');
