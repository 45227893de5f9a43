// node run_stories.mjs CLIENT NETWORK_JSON: runs every story and prints {story: null or what went wrong} as JSON.

import { CLIENTS } from './clients.mjs';
import { STORIES } from './stories.mjs';

const [name, network] = process.argv.slice(2);
const results = {};
for (const [story, run] of Object.entries(STORIES)) {
  try {
    await run(CLIENTS[name], JSON.parse(network));
    results[story] = null;
  } catch (error) {
    results[story] = error.stack ?? String(error);
  }
}
console.log(JSON.stringify(results));
