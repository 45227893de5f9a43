// Numbers as the dashboard writes them.

const TRILLION_HUNDREDTHS = 10_000_000_000n;
const MEBIBYTE = 1024 * 1024;

/** `2.50 T`: rounded down, so that the page never shows more cycles than there are. */
export function cyclesText(cycles: bigint): string {
  const hundredths = cycles / TRILLION_HUNDREDTHS;
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")} T`;
}

export function megabytesText(bytes: bigint): string {
  return `${(Number(bytes) / MEBIBYTE).toFixed(2)} MB`;
}

export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
