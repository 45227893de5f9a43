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

// All bytes of one kind, in slices.
async function download(management, snapshot, kind, size) {
  const slices = [];
  for (let offset = 0n; offset < size; offset += 1_000_000n) {
    const rest = size - offset;
    const slice = { offset, size: rest < 1_000_000n ? rest : 1_000_000n };
    const { chunk } = await management.readCanisterSnapshotData({ ...snapshot, kind: { [kind]: slice } });
    slices.push({ offset, chunk: Uint8Array.from(chunk) });
  }
  return slices;
}

async function upload(management, snapshot, kind, slices) {
  for (const { offset, chunk } of slices) {
    await management.uploadCanisterSnapshotData({ ...snapshot, kind: { [kind]: { offset } }, chunk });
  }
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

  async a_snapshot_is_taken_and_copied_to_another_canister(client, network) {
    const management = await managementOf(client, network);
    const greeter = client.Principal.fromText(network.greeter);
    const { id } = await management.takeCanisterSnapshot({ canisterId: greeter });
    const taken = { canisterId: greeter, snapshotId: id };
    const metadata = await management.readCanisterSnapshotMetadata(taken);
    const module = await download(management, taken, 'wasmModule', metadata.wasmModuleSize);
    const maps = await download(management, taken, 'wasmMemory', metadata.wasmMemorySize);
    assert.deepEqual(Object.keys(metadata.source), ['takenFromCanister']);

    const copy = await management.provisionalCreateCanisterWithCycles({ amount: 10_000_000_000_000n });
    const announced = await management.uploadCanisterSnapshotMetadata({ canisterId: copy, metadata });
    const uploaded = { canisterId: copy, snapshotId: announced.snapshot_id };
    await upload(management, uploaded, 'wasmModule', module);
    await upload(management, uploaded, 'wasmMemory', maps);
    await management.loadCanisterSnapshot(uploaded);

    const status = await management.canisterStatus({ canisterId: copy });
    assert.equal(Buffer.from(status.module_hash[0]).toString('hex'), network.moduleHash);
    assert.equal((await management.listCanisterSnapshots({ canisterId: copy })).length, 1);
    await management.deleteCanisterSnapshot(taken);
    assert.deepEqual(await management.listCanisterSnapshots({ canisterId: greeter }), []);
    await assert.rejects(management.loadCanisterSnapshot(taken), /Could not find the snapshot ID/);
  },
};
