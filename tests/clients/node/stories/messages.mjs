// Calls and queries, and how they fail.

import assert from 'node:assert/strict';

import { actorFor } from '../clients.mjs';
import { alice, rejectionOf } from './people.mjs';

async function failsWith(client, network, call, ...texts) {
  const error = await rejectionOf(call(await actorFor(client, network, alice(client))));

  for (const text of texts) assert.match(error.message, text);
}

export const MESSAGES = {
  async an_update_is_seen_by_the_next_query(client, network) {
    const actor = await actorFor(client, network, alice(client));

    assert.equal(await actor.set_greeting('Grüezi'), 7n);
    assert.equal(await actor.greet('bob'), 'Grüezi, bob!');
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

  async a_missing_canister_is_told(client, network) {
    const actor = await actorFor(client, network, alice(client), network.nobody);

    assert.match((await rejectionOf(actor.set_greeting('Hi'))).message, /Canister \S+ not found/);
    assert.match((await rejectionOf(actor.greet('bob'))).message, /Canister \S+ not found/);
  },
};
