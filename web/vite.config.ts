import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// The chat client. Files under /assets/ carry a hash of their content in their names and never change.
export default defineConfig({
  root: fileURLToPath(new URL("ui", import.meta.url)),
  plugins: [svelte({ configFile: false })],
  worker: { format: "es" },
  build: {
    outDir: "../dist/app",
    emptyOutDir: true,
    target: "es2023",
    // Everything else would need an inline data: address, which the site's content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
