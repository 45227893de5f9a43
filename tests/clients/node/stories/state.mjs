// Certified state, read and verified by the clients' own code.

import assert from 'node:assert/strict';

import { actorFor, agentFor } from '../clients.mjs';
import { alice, rejectionOf } from './people.mjs';

// A real key, but of another network: mainnet's.
const MAINNET_KEY =
  '814c0e6ec71fab583b08bd81373c255c3c371b2e84863c98a4f1e08b74235d14fb5d9c0cd546d9685f913a0c0b2cc534' +
  '1583bf4b4392e467db96d65b9bb4cb717112f8472e0d5a4d14505ffd7484b01291091c5f87b98883463f98091a0baaae';

export const STATE = {
  async certified_state_can_be_read(client, network) {
    const agent = await agentFor(client, network, alice(client));

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
    const agent = await agentFor(client, network, alice(client));

    assert.match(await client.fetchCandid(network.greeter, agent), /set_greeting/);
  },

  async the_root_key_can_be_fetched(client, network) {
    const agent = await client.HttpAgent.create({ host: network.url, shouldFetchRootKey: true });

    assert.equal(Buffer.from(agent.rootKey).toString('hex'), network.rootKey);
  },

  async a_wrong_root_key_is_noticed(client, network) {
    const other = network.rootKey.replace(/.{192}$/, MAINNET_KEY);
    const actor = await actorFor(client, { ...network, rootKey: other }, alice(client));

    const error = await rejectionOf(actor.set_greeting('Hi'));

    assert.match(`${error.name} ${error.message}`, /TrustError|verification failed|Signature/i);
  },
};

// @icp-sdk/core 5 and later.
export const STATE_OF_THE_SUBNET = {
  async the_state_of_the_subnet_can_be_read(client, network) {
    // Raw, because this library's CBOR knows no maps with numbers for keys, such as cycles are.
    const metrics = { key: 'metrics', path: 'metrics', decodeStrategy: 'raw' };
    const status = await subnetStatus(client, network, ['time', 'publicKey', 'nodeKeys', metrics]);

    assert.equal(Buffer.from(status.get('publicKey')).toString('hex'), network.rootKey);
    assert.equal(status.get('nodeKeys').size, 1);
    assert.ok(status.get('time') instanceof Date);
    assert.ok(Buffer.from(status.get('metrics')).includes('update_transactions_total'));
  },
};

// @icp-sdk/core 6. Version 5.4.0 takes the ranges for one value, although they are a subtree, and always answers null.
export const RANGES_OF_THE_SUBNET = {
  async the_ranges_of_the_subnet_can_be_read(client, network) {
    const greeter = client.Principal.fromText(network.greeter);

    const ranges = (await subnetStatus(client, network, ['canisterRanges'])).get('canisterRanges');

    assert.ok(ranges.some(([low, high]) => low.ltEq(greeter) && greeter.ltEq(high)));
  },
};

async function subnetStatus(client, network, paths) {
  const agent = await agentFor(client, network, alice(client));
  return client.SubnetStatus.request({ agent, subnetId: client.Principal.fromText(network.subnet), paths });
}
