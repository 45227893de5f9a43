// WCAG AA: 4.5 to 1 for text, 3 to 1 for the edges of controls and for icons.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const TOKENS = readFileSync(fileURLToPath(new URL("../ui/styles/tokens.css", import.meta.url)), "utf8");
const TEXT_RATIO = 4.5;
const CONTROL_RATIO = 3;

const TONES = [0, 1, 2, 3, 4, 5, 6, 7].map((tone) => [`tone-ink-${tone}`, `tone-${tone}`]);
const NAMES_ON_BUBBLES = [0, 1, 2, 3, 4, 5, 6, 7].map((tone) => [`tone-ink-${tone}`, "bubble-theirs"]);
const TEXTS = [
  ...["paper", "surface", "sunken", "hover", "selected", "bubble-mine", "bubble-theirs"].map((on) => ["ink", on]),
  ...["paper", "surface", "sunken", "hover", "selected", "accent-soft"].map((on) => ["ink-soft", on]),
  ...["paper", "surface", "sunken", "hover", "bubble-theirs"].map((on) => ["ink-faint", on]),
  ...["paper", "surface", "hover", "accent-soft"].map((on) => ["accent", on]),
  ["on-accent", "accent"],
  ["on-accent", "accent-hover"],
  ["on-danger", "danger"],
  ["danger", "danger-soft"],
  ["danger", "paper"],
  ["danger", "surface"],
  ["warning-ink", "warning-soft"],
  ["warning-ink", "paper"],
  ["warning-ink", "surface"],
  ["bubble-mine-soft", "bubble-mine"],
  ["paper", "ink"],
  ...TONES,
  ...NAMES_ON_BUBBLES,
] as [string, string][];
const CONTROLS = [
  ["line-strong", "surface"],
  ["line-strong", "paper"],
  ["read", "bubble-mine"],
  ["read", "surface"],
  ["danger", "bubble-mine"],
] as [string, string][];

function tokensOf(selector: string): Map<string, string> {
  const blocks = TOKENS.split(`${selector} {`).slice(1);
  const pairs = blocks.flatMap((block) => [...(block.split("}")[0] ?? "").matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)]);
  return new Map(pairs.map(([, name = "", color = ""]) => [name, color]));
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ["light", tokensOf(":root")],
  ["dark", new Map([...tokensOf(":root"), ...tokensOf(':root[data-theme="dark"]')])],
])("%s", (_theme, tokens) => {
  it.each([
    ...TEXTS.map((pair) => [...pair, TEXT_RATIO] as const),
    ...CONTROLS.map((pair) => [...pair, CONTROL_RATIO] as const),
  ])("%s can be read on %s", (ink, ground, ratio) => {
    const [a, b] = [tokens.get(ink), tokens.get(ground)];
    if (!a || !b) throw new Error(`no color ${a ? ground : ink}`);
    expect(contrast(a, b)).toBeGreaterThanOrEqual(ratio);
  });
});
