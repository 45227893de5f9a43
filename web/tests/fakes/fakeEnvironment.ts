// A clock that moves when a test says so, and message ids that count.

import type { Environment } from "../../client/environment";
import { settle } from "./settle";

type Timer = { at: number; task: () => void };

export class FakeEnvironment implements Environment {
  #now = Date.UTC(2031, 4, 5, 9, 0, 0);
  #timers: Timer[] = [];
  #nextMessageId = 0;

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, task: () => void): () => void {
    const timer = { at: this.#now + delayMs, task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  randomMessageId(): string {
    this.#nextMessageId += 1;
    return `${this.#now}${String(this.#nextMessageId).padStart(4, "0")}`;
  }

  /** Let time pass: timers fire in order, each followed by all that it starts. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settle();
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      this.#now = Math.max(this.#now, timer.at);
      timer.task();
      await settle();
    }
    this.#now = end;
  }

  #next(end: number): Timer | null {
    const due = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
    if (!due) return null;
    this.#timers = this.#timers.filter((timer) => timer !== due);
    return due;
  }
}
