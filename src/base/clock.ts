/** Time, as a parameter. The only file that reads the machine's clock. */

export interface Clock {
  /** Milliseconds since 1970, an integer. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** RFC 3339 UTC with milliseconds, as every time on the wire is written. */
export function toTimestamp(atMs: number): string {
  return new Date(atMs).toISOString()
}
