// The two agent libraries behind one face: what the stories in stories.mjs need of a client.
//
// @dfinity/agent brings no identities of its own; those of @icp-sdk/core fit, because an agent only asks an identity for
// its principal and for a signed request.

import * as dfinityAgent from '@dfinity/agent';
import { IDL as dfinityIdl } from '@dfinity/candid';
import { Principal as DfinityPrincipal } from '@dfinity/principal';
import * as coreAgent from '@icp-sdk/core/agent';
import { IDL as coreIdl } from '@icp-sdk/core/candid';
import { Principal as CorePrincipal } from '@icp-sdk/core/principal';

export const CLIENTS = {
  '@dfinity/agent': { ...dfinityAgent, IDL: dfinityIdl, Principal: DfinityPrincipal },
  '@icp-sdk/core': { ...coreAgent, IDL: coreIdl, Principal: CorePrincipal },
};

export const greeter = ({ IDL }) =>
  IDL.Service({
    set_greeting: IDL.Func([IDL.Text], [IDL.Nat64], []),
    greet: IDL.Func([IDL.Text], [IDL.Text], ['query']),
    whoami: IDL.Func([], [IDL.Principal], ['query']),
    whoami_certified: IDL.Func([], [IDL.Principal], []),
    trap: IDL.Func([IDL.Text], [], []),
    refuse: IDL.Func([IDL.Text], [], []),
    unwelcome: IDL.Func([IDL.Text], [], []),
    missing: IDL.Func([IDL.Text], [], []),
    missing_query: IDL.Func([IDL.Text], [], ['query']),
  });

// A fresh agent that trusts the network's root key; all verification is on by default and stays on.
export async function agentFor(client, network, identity) {
  return client.HttpAgent.create({
    host: network.url,
    identity,
    rootKey: Uint8Array.from(Buffer.from(network.rootKey, 'hex')),
    retryTimes: 0,
    shouldFetchRootKey: false,
    verifyQuerySignatures: true,
  });
}

export async function actorFor(client, network, identity) {
  const agent = await agentFor(client, network, identity);
  return client.Actor.createActor(() => greeter(client), { agent, canisterId: network.greeter });
}
