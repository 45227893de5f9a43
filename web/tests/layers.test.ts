// The layers of the client: views over client, client over agent, each through what the one below says in public.

import { readdirSync, readFileSync } from "node:fs";
import { join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const WEB = fileURLToPath(new URL("..", import.meta.url));

/** What each folder may import of the others. */
const MAY_IMPORT: Record<string, string[]> = {
  agent: ["generated"],
  client: ["agent/api", "agent/failure", "agent/remote", "agent/worker"],
  ui: ["client"],
  "service-worker": [],
  dashboard: ["generated", "ui/styles"],
};

function sourceFiles(folder: string): string[] {
  return readdirSync(join(WEB, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|svelte|css)$/.test(name))
    .map((name) => join(folder, name));
}

function importsOf(file: string): string[] {
  const source = readFileSync(join(WEB, file), "utf8");
  const specifiers = source.matchAll(/(?:from|import|import\(|@import|new URL\()\s*["'](\.[^"']+)["']/g);
  return [...specifiers].map(([, path = ""]) => relative(WEB, normalize(join(WEB, file, "..", path))));
}

describe.each(Object.entries(MAY_IMPORT))("%s", (folder, allowed) => {
  it("imports only what is below it", () => {
    const files = sourceFiles(folder);
    const reachingUp = files.flatMap((file) =>
      importsOf(file)
        .filter((path) => ![folder, ...allowed].some((prefix) => path.startsWith(prefix)))
        .map((path) => `${file} imports ${path}`),
    );

    expect(files.length).toBeGreaterThan(0);
    expect(reachingUp).toEqual([]);
  });
});

it("views never call canisters, and never import the agent", () => {
  const offenders = sourceFiles("ui").filter((file) => {
    const source = readFileSync(join(WEB, file), "utf8");
    return /@icp-sdk|\/agent\/|\bfetch\(/.test(source);
  });

  expect(offenders).toEqual([]);
});

it("the client knows no DOM", () => {
  const offenders = sourceFiles("client").filter((file) => {
    const source = readFileSync(join(WEB, file), "utf8");
    return /\b(document|window|localStorage|HTML\w*Element|addEventListener)\b/.test(
      source.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, ""),
    );
  });

  expect(offenders).toEqual([]);
});

it("the client is checked against the types of a worker, which has no document", () => {
  const { compilerOptions } = JSON.parse(readFileSync(join(WEB, "client/tsconfig.json"), "utf8"));

  expect(compilerOptions.lib).toEqual(["ES2023", "WebWorker"]);
});
