/** Chance, as a parameter: a test passes its own and gets the same ids and order each time. */
import { randomInt } from 'node:crypto'

/** A number from 0 up to, but not including, 1. */
export type Random = () => number

/** The largest range that `randomInt` can draw from. */
const drawsMax = 2 ** 48 - 1

/** From the system's generator: endpoint secrets are made of it as well. */
export const systemRandom: Random = () => randomInt(drawsMax) / drawsMax

/** A new list in random order (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last--) {
    const pick = Math.floor(random() * (last + 1))
    const taken = result[pick] as T // both indexes are inside the list
    result[pick] = result[last] as T
    result[last] = taken
  }
  return result
}
