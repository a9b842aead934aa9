/** The time in a signed request: read strictly, and compared in both directions. */

/** `iso-utc` may leave the zone out, which is then UTC. */
export type TimeUnit = 's' | 'ms' | 'iso' | 'iso-utc'

/** 15 digits are exact as a number and enough for milliseconds until the year 33000. */
const wholeNumber = /^(0|[1-9][0-9]{0,14})$/
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/
const withZone = /(Z|[+-]\d\d:\d\d)$/

/**
 * Milliseconds since 1970; undefined for all that is not a whole decimal number or an RFC 3339
 * time.
 */
export function parseTime(text: string, unit: TimeUnit): number | undefined {
  if (unit === 'iso-utc') return parseTime(withZone.test(text) ? text : `${text}Z`, 'iso')
  if (unit === 'iso') {
    const atMs = rfc3339.test(text) ? Date.parse(text) : Number.NaN
    return Number.isSafeInteger(atMs) ? atMs : undefined
  }
  if (!wholeNumber.test(text)) return undefined
  const atMs = Number(text) * (unit === 's' ? 1000 : 1)
  return Number.isSafeInteger(atMs) ? atMs : undefined
}

/** The time as its sender writes it. @param now unix seconds. */
export function formatTime(now: number, unit: TimeUnit): string {
  if (unit === 'iso') return new Date(now * 1000).toISOString()
  if (unit === 'iso-utc') return formatTime(now, 'iso').replace('Z', '')
  return String(Math.floor(unit === 's' ? now : now * 1000))
}

/**
 * Why a time is refused, or undefined. Exactly the tolerance is still accepted. Written so that a
 * `now` that is not a number refuses.
 * @param futureSeconds how far it may be ahead, where that is less than how old it may be.
 */
export function checkTime(
  atMs: number,
  now: number,
  toleranceSeconds: number,
  futureSeconds: number = toleranceSeconds,
): 'timestamp_too_old' | 'timestamp_in_future' | undefined {
  const ageMs = now * 1000 - atMs
  if (!(ageMs <= toleranceSeconds * 1000)) return 'timestamp_too_old'
  if (!(ageMs >= -futureSeconds * 1000)) return 'timestamp_in_future'
  return undefined
}

/** The tolerance that was set, or the declared one where none is set or it is no usable number. */
export function toleranceOf(set: number | undefined, declared: number): number {
  return set !== undefined && Number.isFinite(set) && set >= 0 ? set : declared
}
