// Short messages that come and go at the edge of the page.

export type Toast = { id: number; text: string; tone: "notice" | "problem" };

const SHOWN_MS = 5_000;

export const toasts = $state<Toast[]>([]);
let nextId = 0;

export function toast(text: string, tone: Toast["tone"] = "notice"): void {
  const id = nextId++;
  toasts.push({ id, text, tone });
  setTimeout(() => dismiss(id), SHOWN_MS);
}

export function dismiss(id: number): void {
  const position = toasts.findIndex((shown) => shown.id === id);
  if (position >= 0) toasts.splice(position, 1);
}
