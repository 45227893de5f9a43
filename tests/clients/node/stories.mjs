// What every JavaScript client must be able to do with the replica. Each story is named as the Python test that runs it.

import assert from 'node:assert/strict';

import {
  DelegationChain,
  DelegationIdentity,
  ECDSAKeyIdentity,
  Ed25519KeyIdentity,
} from '@icp-sdk/core/identity';
import { Secp256k1KeyIdentity } from '@icp-sdk/core/identity/secp256k1';
import { Principal } from '@icp-sdk/core/principal';

import { actorFor, agentFor } from './clients.mjs';

const SEED = new Uint8Array(32).fill(7);
const HOUR_MS = 3_600_000;

const alice = () => Ed25519KeyIdentity.generate(SEED);
const bob = () => Secp256k1KeyIdentity.fromSecretKey(SEED);
const carol = () => ECDSAKeyIdentity.generate();

async function delegated(root, ...targets) {
  const session = await ECDSAKeyIdentity.generate();
  const options = targets.length === 0 ? {} : { targets: targets.map((id) => Principal.fromText(id)) };
  const expiration = new Date(Date.now() + HOUR_MS);
  const chain = await DelegationChain.create(root, session.getPublicKey(), expiration, options);
  return DelegationIdentity.fromDelegation(session, chain);
}

async function rejectionOf(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail('the call went through');
}

async function isSeenAs(client, network, identity) {
  const actor = await actorFor(client, network, identity);
  const expected = identity.getPrincipal().toText();

  assert.equal((await actor.whoami()).toText(), expected);
  assert.equal((await actor.whoami_certified()).toText(), expected);
}

async function failsWith(client, network, call, ...texts) {
  const error = await rejectionOf(call(await actorFor(client, network, alice())));

  for (const text of texts) assert.match(error.message, text);
}

export const STORIES = {
  async an_update_is_seen_by_the_next_query(client, network) {
    const actor = await actorFor(client, network, alice());

    assert.equal(await actor.set_greeting('Grüezi'), 7n);
    assert.equal(await actor.greet('bob'), 'Grüezi, bob!');
  },

  async nobody_in_particular_may_ask(client, network) {
    const actor = await actorFor(client, network, new client.AnonymousIdentity());

    assert.equal((await actor.whoami()).toText(), '2vxsx-fae');
    assert.equal((await actor.whoami_certified()).toText(), '2vxsx-fae');
  },

  async an_ed25519_key_is_an_identity(client, network) {
    await isSeenAs(client, network, alice());
  },

  async a_secp256k1_key_is_an_identity(client, network) {
    await isSeenAs(client, network, bob());
  },

  async a_p256_key_is_an_identity(client, network) {
    await isSeenAs(client, network, await carol());
  },

  async a_session_key_speaks_for_its_identity(client, network) {
    await isSeenAs(client, network, await delegated(alice()));
    await isSeenAs(client, network, await delegated(bob(), network.greeter));
  },

  async a_session_key_speaks_to_its_targets_only(client, network) {
    const actor = await actorFor(client, network, await delegated(alice(), network.website));

    assert.match((await rejectionOf(actor.whoami())).message, /not one of the delegation targets/);
    assert.match((await rejectionOf(actor.whoami_certified())).message, /not one of the delegation targets/);
  },

  async a_trap_is_told(client, network) {
    await failsWith(client, network, (actor) => actor.trap('oh no'), /oh no/, /IC0503/);
  },

  async a_reject_is_told(client, network) {
    await failsWith(client, network, (actor) => actor.refuse('not today'), /not today/, /IC0406/);
  },

  async a_missing_method_is_told(client, network) {
    await failsWith(client, network, (actor) => actor.missing(''), /has no update method 'missing'/);
    await failsWith(client, network, (actor) => actor.missing_query(''), /has no query method 'missing_query'/);
  },

  async a_call_that_is_not_let_in_is_told(client, network) {
    await failsWith(client, network, (actor) => actor.unwelcome(''), /IC0406/);
  },

  async certified_state_can_be_read(client, network) {
    const agent = await agentFor(client, network, alice());

    const status = await client.CanisterStatus.request({
      agent,
      canisterId: client.Principal.fromText(network.greeter),
      paths: ['time', 'controllers', 'module_hash', 'candid', 'subnet'],
    });

    assert.equal(status.get('module_hash'), network.moduleHash);
    assert.deepEqual(status.get('controllers').map((each) => each.toText()), [network.controller]);
    assert.ok(Math.abs(status.get('time') - Date.now()) < 60_000);
    assert.match(status.get('candid'), /greet : \(text\) -> \(text\) query/);
    assert.equal(status.get('subnet').subnetId, network.subnet);
    assert.equal(status.get('subnet').nodeKeys.size, 1);
  },

  async candid_can_be_fetched(client, network) {
    const agent = await agentFor(client, network, alice());

    assert.match(await client.fetchCandid(network.greeter, agent), /set_greeting/);
  },

  async the_root_key_can_be_fetched(client, network) {
    const agent = await client.HttpAgent.create({ host: network.url, shouldFetchRootKey: true });

    assert.equal(Buffer.from(agent.rootKey).toString('hex'), network.rootKey);
  },

  async a_wrong_root_key_is_noticed(client, network) {
    const other = network.rootKey.replace(/.{192}$/, MAINNET_KEY);
    const actor = await actorFor(client, { ...network, rootKey: other }, alice());

    const error = await rejectionOf(actor.set_greeting('Hi'));

    assert.match(`${error.name} ${error.message}`, /TrustError|verification failed|Signature/i);
  },
};

// A real key, but of another network: mainnet's.
const MAINNET_KEY =
  '814c0e6ec71fab583b08bd81373c255c3c371b2e84863c98a4f1e08b74235d14fb5d9c0cd546d9685f913a0c0b2cc534' +
  '1583bf4b4392e467db96d65b9bb4cb717112f8472e0d5a4d14505ffd7484b01291091c5f87b98883463f98091a0baaae';
