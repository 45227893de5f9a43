// The management canister through @icp-sdk/canisters 3.6.0, whose decoders know every field of the newest interface. It
// asks for @icp-sdk/core 5, so it is told together with that version.

import assert from 'node:assert/strict';

import { IcManagementCanister } from '@icp-sdk/canisters/ic-management';

import { agentFor } from '../clients.mjs';

// The seed of the network's controller, in tests/clients/network.py.
const CONTROLLER_SEED = new Uint8Array(32).fill(1);

async function managementOf(client, network) {
  const agent = await agentFor(client, network, client.Ed25519KeyIdentity.generate(CONTROLLER_SEED));
  return IcManagementCanister.create({ agent });
}

export const MANAGEMENT = {
  async the_status_of_a_canister_is_understood(client, network) {
    const management = await managementOf(client, network);
    const canisterId = client.Principal.fromText(network.greeter);

    for (const certified of [true, false]) {
      const status = await management.canisterStatus({ canisterId, certified });

      assert.deepEqual(status.status, { running: null });
      assert.equal(Buffer.from(status.module_hash[0]).toString('hex'), network.moduleHash);
      assert.deepEqual(status.settings.controllers.map((each) => each.toText()), [network.controller]);
      assert.ok(status.cycles > 0n);
    }
  },

  async the_logs_of_a_canister_are_understood(client, network) {
    const management = await managementOf(client, network);
    const canisterId = client.Principal.fromText(network.greeter);

    const { canister_log_records: records } = await management.fetchCanisterLogs(canisterId);

    const texts = records.map((each) => new TextDecoder().decode(Uint8Array.from(each.content)));
    assert.ok(texts.some((text) => text.includes('oh no')), texts.join('\n'));
  },

  async a_canister_is_made_and_deleted(client, network) {
    const management = await managementOf(client, network);

    const canisterId = await management.provisionalCreateCanisterWithCycles({ amount: 1_000_000_000_000n });
    await management.updateSettings({ canisterId, settings: { freezingThreshold: 86_400n } });
    const status = await management.canisterStatus({ canisterId });
    await management.stopCanister(canisterId);
    await management.deleteCanister(canisterId);

    assert.equal(status.settings.freezing_threshold, 86_400n);
    await assert.rejects(management.canisterStatus({ canisterId }), /not found/);
  },
};
