// @icp-sdk/auth 7.1.0 with @icp-sdk/core 5.4.0: the flow for signers, ICRC-29 and ICRC-34.

import { AuthClient } from '@icp-sdk/auth/client';
import { Actor, HttpAgent } from '@icp-sdk/core/agent';
import { IDL } from '@icp-sdk/core/candid';

import { run } from './dapp.mjs';

const { provider } = await (await fetch('/network.json')).json();
const client = new AuthClient({ identityProvider: provider, idleOptions: { disableIdle: true } });

run({ Actor, HttpAgent, IDL }, {
  restored: async () => (client.isAuthenticated() ? client.getIdentity() : null),
  signIn: () => client.signIn(),
});
