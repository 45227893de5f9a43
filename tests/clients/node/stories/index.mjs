// What JavaScript clients must be able to do with the replica. Each story is named as the Python test that runs it.

import { CHANGES } from './changes.mjs';
import { IDENTITIES } from './identities.mjs';
import { MESSAGES } from './messages.mjs';
import { RANGES_OF_THE_SUBNET, STATE, STATE_OF_THE_SUBNET } from './state.mjs';

// Stories about what only some versions have are told to those alone.
export function storiesOf(client) {
  const since5 = client.SubnetStatus === undefined ? {} : STATE_OF_THE_SUBNET;
  const since6 = client.StatePaths === undefined ? {} : RANGES_OF_THE_SUBNET;
  return { ...MESSAGES, ...IDENTITIES, ...STATE, ...since5, ...since6, ...CHANGES };
}
