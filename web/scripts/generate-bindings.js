// Writes web/generated/<canister>.did.ts for every interface in canisters/, with types and the Candid factory.
// The files are made from scratch on every build and never edited.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "@icp-sdk/bindgen/core";

const web = fileURLToPath(new URL("..", import.meta.url));
const canisters = join(web, "..", "canisters");
const outDir = join(web, "generated");

rmSync(outDir, { recursive: true, force: true });
for (const name of readdirSync(canisters).sort()) {
  const didFile = join(canisters, name, `${name}.did`);
  if (!existsSync(didFile)) continue;
  await generate({
    didFile,
    outDir,
    output: { force: true, actor: { disabled: true }, declarations: { typescript: true, flat: true } },
  });
}
