// What JavaScript clients must be able to do with the replica. Each story is named as the Python test that runs it.

import { CHANGES } from './changes.mjs';
import { IDENTITIES } from './identities.mjs';
import { MANAGEMENT } from './management.mjs';
import { MESSAGES } from './messages.mjs';
import { RANGES_OF_THE_SUBNET, STATE, STATE_OF_THE_SUBNET } from './state.mjs';

// Stories about what only some versions have are told to those alone.
export function storiesOf(client) {
  const isAtLeast5 = client.SubnetStatus !== undefined;
  const isAtLeast6 = client.StatePaths !== undefined;
  return {
    ...MESSAGES,
    ...IDENTITIES,
    ...STATE,
    ...(isAtLeast5 ? STATE_OF_THE_SUBNET : {}),
    ...(isAtLeast6 ? RANGES_OF_THE_SUBNET : {}),
    ...(isAtLeast5 && !isAtLeast6 ? MANAGEMENT : {}),
    ...CHANGES,
  };
}
