const TURNS = 40;

/** Let everything that is under way in this process finish: promises, and the database in memory, which uses turns. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}
