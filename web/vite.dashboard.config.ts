import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import packageJson from "./package.json" with { type: "json" };

// Exactly three files with fixed names: the user canister embeds them, and its interface names their paths.
export default defineConfig({
  root: fileURLToPath(new URL("dashboard", import.meta.url)),
  base: "/canister-dashboard/",
  publicDir: false,
  define: { __VERSION__: JSON.stringify(packageJson.version) },
  build: {
    outDir: "../dist/dashboard",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    cssCodeSplit: false,
    rolldownOptions: {
      output: { entryFileNames: "index.js", assetFileNames: "style[extname]", codeSplitting: false },
    },
  },
});
