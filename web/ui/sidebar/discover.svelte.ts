/** Kept while the panel is away: Back from a preview shows the results again. */
export const discover = $state({ term: "" });
