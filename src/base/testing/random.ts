/**
 * Random choices that a seed replays. Each test prints its seed; `SEED=<seed>` makes it choose the
 * same.
 */
import { randomInt } from 'node:crypto'

export type Random = () => number

export const seed = Number(process.env.SEED ?? randomInt(2 ** 31))

/** Numbers from 0 up to 1, the same for the same seed: mulberry32. */
export function seededRandom(from: number): Random {
  let state = from | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A whole number from `min` to `max`. */
export function between(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1))
}

export function shuffle<T>(list: readonly T[], random: Random): T[] {
  const shuffled = [...list]
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = between(random, 0, i)
    // Both are indices of the list.
    ;[shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T]
  }
  return shuffled
}
