// What changes under an agent that goes on: the clock, the replica's process, the code of a canister.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { actorFor, managementFor } from '../clients.mjs';
import { alice, rejectionOf } from './people.mjs';

const DAY_MS = 86_400_000;
const NO_ARGUMENTS = new TextEncoder().encode('DIDL\0\0');

async function aDayBehind(run) {
  const Now = globalThis.Date;
  globalThis.Date = class extends Now {
    constructor(...given) {
      super(...(given.length === 0 ? [Now.now() - DAY_MS] : given));
    }
    static now() {
      return Now.now() - DAY_MS;
    }
  };
  try {
    await run();
  } finally {
    globalThis.Date = Now;
  }
}

async function aGreeterOfMyOwn(client, network) {
  const management = await managementFor(client, network, alice(client));
  const { canister_id } = await management.provisional_create_canister_with_cycles({});
  const install = async (module, mode) =>
    management.install_code({ mode, canister_id, wasm_module: await readFile(network.modules[module]), arg: NO_ARGUMENTS });

  await install('greeter', { install: null });
  const actor = await actorFor(client, network, alice(client), canister_id);
  return { actor, upgradeTo: (module) => install(module, { upgrade: [] }) };
}

export const CHANGES = {
  async an_agent_finds_a_replica_that_is_a_day_ahead(client, network) {
    await aDayBehind(async () => {
      const actor = await actorFor(client, network, alice(client));

      assert.equal(await actor.set_greeting('Hi'), 2n);
      assert.equal(await actor.greet('bob'), 'Hi, bob!');
    });
  },

  async an_agent_goes_on_after_a_restart(client, network) {
    const actor = await actorFor(client, network, alice(client));
    await actor.set_greeting('Before');
    assert.equal(await actor.greet('bob'), 'Before, bob!');

    await network.please('restart');

    assert.equal(await actor.greet('bob'), 'Before, bob!');
    assert.equal(await actor.set_greeting('After'), 5n);
    assert.equal(await actor.greet('bob'), 'After, bob!');
  },

  async an_upgrade_keeps_the_data_and_changes_the_code(client, network) {
    const { actor, upgradeTo } = await aGreeterOfMyOwn(client, network);
    await actor.set_greeting('Salut');
    assert.match((await rejectionOf(actor.version())).message, /has no query method/);

    await upgradeTo('greeter_next');

    assert.equal(await actor.version(), 'next');
    assert.equal(await actor.greet('bob'), 'Salut again, bob!');
  },

  async a_trap_in_post_upgrade_changes_nothing(client, network) {
    const { actor, upgradeTo } = await aGreeterOfMyOwn(client, network);
    await actor.set_greeting('Salut');

    const error = await rejectionOf(upgradeTo('greeter_broken'));

    assert.match(error.message, /this upgrade fails/);
    assert.equal(await actor.greet('bob'), 'Salut, bob!');
  },
};
