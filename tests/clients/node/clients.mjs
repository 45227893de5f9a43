// The agent libraries behind one face: what the stories need of a client. Each brings its own identities, Candid and
// principals, so that nothing here mixes versions.

import * as dfinityAgent from '@dfinity/agent';
import { IDL as dfinityIdl } from '@dfinity/candid';
import * as dfinityIdentity from '@dfinity/identity';
import * as dfinitySecp256k1 from '@dfinity/identity-secp256k1';
import { Principal as DfinityPrincipal } from '@dfinity/principal';
import * as agent5 from '@icp-sdk/core/agent';
import { IDL as idl5 } from '@icp-sdk/core/candid';
import * as identity5 from '@icp-sdk/core/identity';
import * as secp256k1Of5 from '@icp-sdk/core/identity/secp256k1';
import { Principal as Principal5 } from '@icp-sdk/core/principal';
import * as agent6 from '@icp-sdk/core-6/agent';
import { IDL as idl6 } from '@icp-sdk/core-6/candid';
import * as identity6 from '@icp-sdk/core-6/identity';
import * as secp256k1Of6 from '@icp-sdk/core-6/identity/secp256k1';
import { Principal as Principal6 } from '@icp-sdk/core-6/principal';

// Later names win: @dfinity/identity has a Secp256k1KeyIdentity that only says where the real one is.
export const CLIENTS = {
  '@dfinity/agent-3.4.3': {
    ...dfinityAgent,
    ...dfinityIdentity,
    ...dfinitySecp256k1,
    IDL: dfinityIdl,
    Principal: DfinityPrincipal,
  },
  '@icp-sdk/core-5.4.0': { ...agent5, ...identity5, ...secp256k1Of5, IDL: idl5, Principal: Principal5 },
  '@icp-sdk/core-6.1.0': { ...agent6, ...identity6, ...secp256k1Of6, IDL: idl6, Principal: Principal6 },
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
    version: IDL.Func([], [IDL.Text], ['query']),
    missing: IDL.Func([IDL.Text], [], []),
    missing_query: IDL.Func([IDL.Text], [], ['query']),
  });

const signer = ({ IDL }) =>
  IDL.Service({
    prepare: IDL.Func([IDL.Vec(IDL.Nat8), IDL.Vec(IDL.Nat8)], [], []),
    signature: IDL.Func([IDL.Vec(IDL.Nat8), IDL.Vec(IDL.Nat8)], [IDL.Vec(IDL.Nat8)], ['query']),
  });

// A fresh agent that trusts the network's root key; all verification is on by default and stays on.
export async function agentFor(client, network, identity) {
  return client.HttpAgent.create({
    host: network.url,
    identity,
    rootKey: fromHex(network.rootKey),
    retryTimes: 0,
    shouldFetchRootKey: false,
    verifyQuerySignatures: true,
  });
}

export async function actorFor(client, network, identity, canisterId = network.greeter) {
  const agent = await agentFor(client, network, identity);
  return client.Actor.createActor(() => greeter(client), { agent, canisterId });
}

export async function signerFor(client, network) {
  const agent = await agentFor(client, network, new client.AnonymousIdentity());
  return client.Actor.createActor(() => signer(client), { agent, canisterId: network.signer });
}

// What the stories need of the management canister; calls go to the URL of the canister they are about.
export async function managementFor(client, network, identity) {
  const { IDL, Principal } = client;
  const mode = IDL.Variant({ install: IDL.Null, upgrade: IDL.Opt(IDL.Record({})) });
  const service = () =>
    IDL.Service({
      provisional_create_canister_with_cycles: IDL.Func(
        [IDL.Record({})],
        [IDL.Record({ canister_id: IDL.Principal })],
        [],
      ),
      install_code: IDL.Func(
        [IDL.Record({ mode, canister_id: IDL.Principal, wasm_module: IDL.Vec(IDL.Nat8), arg: IDL.Vec(IDL.Nat8) })],
        [],
        [],
      ),
    });
  const callTransform = (_method, [record]) => ({
    effectiveCanisterId: record.canister_id ?? Principal.managementCanister(),
  });
  const agent = await agentFor(client, network, identity);
  return client.Actor.createActor(service, { agent, canisterId: Principal.managementCanister(), callTransform });
}

export function fromHex(text) {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}
