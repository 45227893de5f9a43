/** Do what nobody waits for and nobody misses: a cache that cannot be written costs time later, and nothing else. */
export function inBackground(work: () => Promise<unknown>): void {
  Promise.resolve()
    .then(work)
    .catch(() => undefined);
}
