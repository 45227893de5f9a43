import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// One script at a fixed path, built after the app because it names the app's files.
const app = fileURLToPath(new URL("dist/app", import.meta.url));
const files = readdirSync(app, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== "index.html" && entry.name !== "sw.js")
  .map((entry) => `${entry.parentPath.slice(app.length)}/${entry.name}`.replaceAll("\\", "/"))
  .sort();

export default defineConfig({
  publicDir: false,
  define: {
    __FILES__: JSON.stringify(files),
    __BUILD__: JSON.stringify(createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 16)),
  },
  build: {
    outDir: "dist/app",
    emptyOutDir: false,
    target: "es2022",
    lib: {
      entry: fileURLToPath(new URL("service-worker/serviceWorker.ts", import.meta.url)),
      formats: ["iife"],
      name: "serviceWorker",
      fileName: () => "sw.js",
    },
  },
});
