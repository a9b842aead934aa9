/** When a failed delivery is tried again. */

export interface RetryOptions {
  /** Attempts in all, the first included. Default 15. */
  readonly attempts?: number
  /**
   * The wait after the first failure, the second, …; the last one repeats. Default: seconds to a
   * day.
   */
  readonly delaysMs?: readonly number[]
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

export const attemptsDefault = 15
/**
 * Fourteen waits: a deploy or a hiccup is over within seconds, a week-end of trouble within three
 * days.
 */
export const delaysMsDefault: readonly number[] = [
  second,
  4 * second,
  15 * second,
  minute,
  4 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  12 * hour,
  20 * hour,
  24 * hour,
]
/**
 * Each wait is spread by this part of it, so that what failed together does not return together.
 */
const jitter = 0.2

/**
 * The time of the next attempt in milliseconds since 1970, or null when the attempts are used up.
 * @param tries attempts that have failed so far
 * @param random a number from 0 up to 1
 */
export function nextAttemptAt(
  tries: number,
  retry: RetryOptions,
  { now, random }: { now: number; random: number },
): number | null {
  if (tries >= (retry.attempts ?? attemptsDefault)) return null
  const delays = retry.delaysMs ?? delaysMsDefault
  const delayMs = delays[Math.min(tries, delays.length) - 1] ?? 0
  return Math.round(now + delayMs * (1 - jitter + 2 * jitter * random))
}
