// node pages/build.mjs FOLDER: bundles the pages into FOLDER, a script and an HTML file for each.

import { writeFile } from 'node:fs/promises';

import { build } from 'esbuild';

const PAGES = ['auth-client-3', 'auth-5', 'auth-7', 'passkey', 'provider'];
const [folder] = process.argv.slice(2);

await build({
  entryPoints: PAGES.map((page) => `pages/${page}.mjs`),
  bundle: true,
  format: 'esm',
  outdir: folder,
  logLevel: 'warning',
});
for (const page of PAGES) {
  const body = page === 'provider' ? '' : '<button disabled>Sign in</button><output></output>';
  const script = `<script type="module" src="/${page}.js"></script>`;
  await writeFile(`${folder}/${page}.html`, `<!doctype html><title>${page}</title>${body}${script}`);
}
