// A search that follows what is typed: it waits for a pause, and an answer to an older term never replaces a newer one.

import { failureText } from "../texts";

const PAUSE_MS = 250;

export type Search<T> = { readonly results: T | null; readonly isBusy: boolean; readonly problem: string | null };

/** `results` is null until the first answer, and again when `term()` is too short to ask. */
export function liveSearch<T>(term: () => string, ask: (term: string) => Promise<T>, lengthMin = 1): Search<T> {
  const search = $state<{ results: T | null; isBusy: boolean; problem: string | null }>({
    results: null,
    isBusy: false,
    problem: null,
  });

  $effect(() => {
    const wanted = term().trim();
    if (wanted.length < lengthMin) {
      Object.assign(search, { results: null, isBusy: false, problem: null });
      return;
    }
    let isCurrent = true;
    search.isBusy = true;
    const timer = setTimeout(async () => {
      try {
        const results = await ask(wanted);
        if (isCurrent) Object.assign(search, { results, isBusy: false, problem: null });
      } catch (error) {
        if (isCurrent) Object.assign(search, { isBusy: false, problem: failureText(error) });
      }
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  });

  return search;
}
