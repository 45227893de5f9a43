// A passkey of the browser as identity, through @icp-sdk/core 5.4.0: it signs a delegation to a session key. The algorithm
// is in the query: -7 (ES256), -257 (RS256) or -8 (EdDSA), by their COSE numbers.

import { Actor, HttpAgent } from '@icp-sdk/core/agent';
import { IDL } from '@icp-sdk/core/candid';
import {
  DelegationChain,
  DelegationIdentity,
  ECDSAKeyIdentity,
  WebAuthnIdentity,
} from '@icp-sdk/core/identity';

import { run } from './dapp.mjs';

const HOUR_MS = 3_600_000;
const alg = Number(new URLSearchParams(location.search).get('alg'));

async function signIn() {
  const passkey = await WebAuthnIdentity.create({
    publicKey: {
      attestation: 'direct',
      challenge: new Uint8Array(16),
      pubKeyCredParams: [{ type: 'public-key', alg }],
      rp: { name: 'Chat' },
      user: { id: new Uint8Array(16), name: 'alice', displayName: 'Alice' },
    },
  });
  const session = await ECDSAKeyIdentity.generate();
  const expiration = new Date(Date.now() + HOUR_MS);
  const chain = await DelegationChain.create(passkey, session.getPublicKey(), expiration);
  document.title = passkey.getPrincipal().toText();
  return DelegationIdentity.fromDelegation(session, chain);
}

run({ Actor, HttpAgent, IDL }, { restored: async () => null, signIn });
