import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import packageJson from "./package.json" with { type: "json" };

const icon: Plugin = {
  name: "icon",
  generateBundle() {
    const source = readFileSync(new URL("ui/public/icons/icon.svg", import.meta.url));
    this.emitFile({ type: "asset", fileName: "icon.svg", source });
  },
};

// Exactly four files with fixed names: the user canister embeds them, and its interface names their paths.
export default defineConfig({
  root: fileURLToPath(new URL("dashboard", import.meta.url)),
  base: "/canister-dashboard/",
  publicDir: false,
  plugins: [icon],
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
