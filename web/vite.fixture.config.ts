import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// A page with the real views and client over a world in memory, for looking at states that are hard to reach. It is
// served while developing and is in no bundle.
export default defineConfig({
  root: fileURLToPath(new URL("fixture", import.meta.url)),
  publicDir: fileURLToPath(new URL("ui/public", import.meta.url)),
  plugins: [svelte({ configFile: false })],
  server: { port: 5199, strictPort: true, fs: { allow: [".."] } },
});
