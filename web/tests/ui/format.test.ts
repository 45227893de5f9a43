import { expect, it } from "vitest";
import { dayText, relativeTime, startOfDay } from "../../ui/format.svelte";

const NOW = new Date(2031, 3, 16, 15, 0).getTime();
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

it("recent times are relative, older ones are days and dates", () => {
  expect(relativeTime(NOW - 20_000, NOW)).toBe("now");
  expect(relativeTime(NOW - 5 * MINUTE_MS, NOW)).toBe("5 min");
  expect(relativeTime(NOW - 3 * 60 * MINUTE_MS, NOW)).toMatch(/12[:.]00/);
  expect(relativeTime(NOW - DAY_MS, NOW)).toBe("Yesterday");
  expect(relativeTime(NOW - 3 * DAY_MS, NOW)).toMatch(/Sun/);
  expect(relativeTime(NOW - 400 * DAY_MS, NOW)).toMatch(/2030/);
});

it("days have names", () => {
  expect(dayText(startOfDay(NOW), NOW)).toBe("Today");
  expect(dayText(NOW - DAY_MS, NOW)).toBe("Yesterday");
  expect(dayText(NOW - 5 * DAY_MS, NOW)).toMatch(/Friday/);
});
