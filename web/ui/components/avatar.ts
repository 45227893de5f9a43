const TONES = 8;

/** The tone of an id: always the same for one id, spread evenly over many. */
export function toneOf(id: string): number {
  // FNV-1a; its high bits are the mixed ones.
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193) >>> 0;
  return (hash >>> 16) % TONES;
}

/** One letter of a single word, the first letters of the first two of several. */
export function initialsOf(name: string | null): string {
  const words = (name ?? "").split(/[\s_]+/).filter(Boolean);
  const letters = words.slice(0, 2).map((word) => [...word][0] ?? "");
  return letters.join("").toUpperCase() || "·";
}
