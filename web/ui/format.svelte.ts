// Times as people read them.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_DAYS = 7;
const CLOCK_MS = 20_000;

/** A clock that views can depend on: relative times move on without anybody touching them. */
export const clock = $state({ now: Date.now() });

export function startClock(): () => void {
  const timer = setInterval(() => {
    clock.now = Date.now();
  }, CLOCK_MS);
  return () => clearInterval(timer);
}

const timeFormat = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const weekdayFormat = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const dateFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dateWithYearFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const longDayFormat = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

export function timeOfDay(timestamp: number): string {
  return timeFormat.format(timestamp);
}

export function fullTime(timestamp: number): string {
  return fullFormat.format(timestamp);
}

export function startOfDay(timestamp: number): number {
  return new Date(timestamp).setHours(0, 0, 0, 0);
}

/** For the chat list: "now", "5 min", "14:03", "Yesterday", "Tue", "3 Mar". */
export function relativeTime(timestamp: number, now: number): string {
  const age = now - timestamp;
  if (age < MINUTE_MS) return "now";
  if (age < HOUR_MS) return `${Math.floor(age / MINUTE_MS)} min`;
  const days = daysBetween(timestamp, now);
  if (days === 0) return timeOfDay(timestamp);
  if (days === 1) return "Yesterday";
  if (days < WEEK_DAYS) return weekdayFormat.format(timestamp);
  return dateText(timestamp, now);
}

/** For the line between two days: "Today", "Yesterday", "Tuesday 3 March". */
export function dayText(timestamp: number, now: number): string {
  const days = daysBetween(timestamp, now);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return isSameYear(timestamp, now) ? longDayFormat.format(timestamp) : dateWithYearFormat.format(timestamp);
}

function dateText(timestamp: number, now: number): string {
  return (isSameYear(timestamp, now) ? dateFormat : dateWithYearFormat).format(timestamp);
}

function daysBetween(timestamp: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(timestamp)) / DAY_MS);
}

function isSameYear(timestamp: number, now: number): boolean {
  return new Date(timestamp).getFullYear() === new Date(now).getFullYear();
}
