/**
 * Random numbers that a seed repeats: a run can be made again in the same order. Not for secrets.
 */

/** From 0 up to 1. */
export type Random = () => number

/** Mulberry32, which is enough to shuffle peers and to spread ids. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A seed for a run that was given none; it is printed. */
export function newSeed(): number {
  return Math.floor(Math.random() * 2 ** 32)
}

export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const rest = [...list]
  const order: T[] = []
  while (rest.length > 0) order.push(...rest.splice(Math.floor(random() * rest.length), 1))
  return order
}
