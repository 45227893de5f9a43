// Repeats a task: often while the page is visible, seldom while it is hidden. The interval is counted from the end of
// a run, so a run never overlaps the next. Coming back to the page runs at once what is overdue.

import type { Environment } from "./environment";

export type PollerSettings = { visibleMs: number; hiddenMs: number };

export class Poller {
  readonly #task: () => Promise<void>;
  readonly #settings: PollerSettings;
  readonly #environment: Environment;
  #isVisible = true;
  #isStarted = false;
  #running: Promise<void> | null = null;
  #isWantedAgain = false;
  #finishedAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | null = null;

  /** `task` reports its own failures; a poller goes on whatever happens. */
  constructor(task: () => Promise<void>, settings: PollerSettings, environment: Environment) {
    this.#task = task;
    this.#settings = settings;
    this.#environment = environment;
  }

  start(): void {
    this.#isStarted = true;
    void this.runNow();
  }

  stop(): void {
    this.#isStarted = false;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    if (this.#isStarted && !this.#running) this.#scheduleNext();
  }

  /** Run once, starting after this call: a run that is under way may have asked too early to see what is wanted. */
  runNow(): Promise<void> {
    if (this.#running) {
      this.#isWantedAgain = true;
      return this.#running;
    }
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#running = this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    do {
      this.#isWantedAgain = false;
      await this.#task().catch(() => undefined);
    } while (this.#isWantedAgain);
    this.#finishedAt = this.#environment.now();
    this.#running = null;
    if (this.#isStarted) this.#scheduleNext();
  }

  #scheduleNext(): void {
    this.#cancelTimer?.();
    const intervalMs = this.#isVisible ? this.#settings.visibleMs : this.#settings.hiddenMs;
    const delayMs = Math.max(0, this.#finishedAt + intervalMs - this.#environment.now());
    this.#cancelTimer = this.#environment.schedule(delayMs, () => void this.runNow());
  }
}
