// Whom a canister sees: every kind of key, directly and through delegations.

import assert from 'node:assert/strict';

import { actorFor } from '../clients.mjs';
import { alice, bob, carol, delegated, rejectionOf, signedByCanister } from './people.mjs';

async function isSeenAs(client, network, identity) {
  const actor = await actorFor(client, network, identity);
  const expected = identity.getPrincipal().toText();

  assert.equal((await actor.whoami()).toText(), expected);
  assert.equal((await actor.whoami_certified()).toText(), expected);
}

export const IDENTITIES = {
  async nobody_in_particular_may_ask(client, network) {
    const actor = await actorFor(client, network, new client.AnonymousIdentity());

    assert.equal((await actor.whoami()).toText(), '2vxsx-fae');
    assert.equal((await actor.whoami_certified()).toText(), '2vxsx-fae');
  },

  async an_ed25519_key_is_an_identity(client, network) {
    await isSeenAs(client, network, alice(client));
  },

  async a_secp256k1_key_is_an_identity(client, network) {
    await isSeenAs(client, network, bob(client));
  },

  async a_p256_key_is_an_identity(client, network) {
    await isSeenAs(client, network, await carol(client));
  },

  async a_session_key_speaks_for_its_identity(client, network) {
    await isSeenAs(client, network, await delegated(client, alice(client)));
    await isSeenAs(client, network, await delegated(client, bob(client), network.greeter));
  },

  async a_session_key_speaks_to_its_targets_only(client, network) {
    const actor = await actorFor(client, network, await delegated(client, alice(client), network.website));

    assert.match((await rejectionOf(actor.whoami())).message, /not one of the delegation targets/);
    assert.match((await rejectionOf(actor.whoami_certified())).message, /not one of the delegation targets/);
  },

  async a_session_key_speaks_for_an_identity_that_a_canister_signs_for(client, network) {
    const dave = await signedByCanister(client, network, 'dave');
    const another = await signedByCanister(client, network, 'somebody else');

    await isSeenAs(client, network, dave);
    await isSeenAs(client, network, another);
    assert.notEqual(dave.getPrincipal().toText(), another.getPrincipal().toText());
  },
};
