/** Chance, as a parameter: for jitter, never for secrets. */
export type Random = () => number

/** From 0 up to 1. */
export const systemRandom: Random = () => Math.random()
