// node run_stories.mjs CLIENT NETWORK_JSON: runs every story of a client, one after the other.
//
// Each line on standard output is JSON: {"story": name, "failure": null or what went wrong}, or {"please": request} for
// something only the test can do, such as restarting the replica; a line on standard input says that it is done.

import readline from 'node:readline';

import { CLIENTS } from './clients.mjs';
import { storiesOf } from './stories/index.mjs';

const [name, description] = process.argv.slice(2);
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function please(request) {
  console.log(JSON.stringify({ please: request }));
  await lines.next();
}

const network = { ...JSON.parse(description), please };
for (const [story, run] of Object.entries(storiesOf(CLIENTS[name]))) {
  let failure = null;
  try {
    await run(CLIENTS[name], network);
  } catch (error) {
    failure = error.stack ?? String(error);
  }
  console.log(JSON.stringify({ story, failure }));
}
process.exit(0);
