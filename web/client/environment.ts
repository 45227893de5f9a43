// Time and chance, handed in so that tests own them.

export interface Environment {
  now(): number;
  /** Run `task` after a delay; answers a function that calls it off. */
  schedule(delayMs: number, task: () => void): () => void;
  /** 64 random bits in decimal, never 0. */
  randomMessageId(): string;
}

export const browserEnvironment: Environment = {
  now: () => Date.now(),
  schedule: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
  randomMessageId: () => {
    const [bits = 1n] = crypto.getRandomValues(new BigUint64Array(1));
    return (bits || 1n).toString();
  },
};
