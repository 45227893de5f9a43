// Calls and queries, and how they fail.

import assert from 'node:assert/strict';

import { actorFor, agentFor } from '../clients.mjs';
import { alice, rejectionOf } from './people.mjs';

async function failsWith(client, network, call, ...texts) {
  const error = await rejectionOf(call(await actorFor(client, network, alice(client))));

  for (const text of texts) assert.match(error.message, text);
}

// Through version 2 of the endpoint, which only says that the call was accepted.
async function sendWithoutWaiting(client, network, methodName, text) {
  const agent = await agentFor(client, network, alice(client));
  const canisterId = client.Principal.fromText(network.greeter);
  const arg = client.IDL.encode([client.IDL.Text], [text]);
  const { requestId, response } = await agent.call(canisterId, { methodName, arg, callSync: false });
  assert.equal(response.status, 202);
  return { agent, canisterId, requestId };
}

export const MESSAGES = {
  async an_update_is_seen_by_the_next_query(client, network) {
    const actor = await actorFor(client, network, alice(client));

    assert.equal(await actor.set_greeting('Grüezi'), 7n);
    assert.equal(await actor.greet('bob'), 'Grüezi, bob!');
  },

  async a_call_may_be_polled_for(client, network) {
    const { agent, canisterId, requestId } = await sendWithoutWaiting(client, network, 'set_greeting', 'Polled');

    const { reply } = await client.pollForResponse(agent, canisterId, requestId);

    assert.deepEqual(client.IDL.decode([client.IDL.Nat64], reply), [6n]);
  },

  async a_reject_may_be_polled_for(client, network) {
    const { agent, canisterId, requestId } = await sendWithoutWaiting(client, network, 'refuse', 'not today');

    const error = await rejectionOf(client.pollForResponse(agent, canisterId, requestId));

    assert.match(error.message, /not today/);
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
