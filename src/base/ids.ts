/**
 * Ids: `<prefix>_` and the 26 characters of a ULID. Ids made in one process sort in the order they
 * were made, also within one millisecond, so an index on them grows at its end only.
 * Specification: https://github.com/ulid/spec
 */
import { randomBytes } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const randomCharacters = 16

export type IdPrefix =
  | ('evt' | 'dlv' | 'att' | 'src' | 'ep' | 'msg')
  | ('key' | 'call' | 'rpl' | 'wrk' | 'adm')

let lastMs = -1
let lastRandom: number[] = []

/** @param nowMs milliseconds since 1970; a clock that steps back does not make ids step back. */
export function newId(prefix: IdPrefix, nowMs: number): string {
  if (nowMs > lastMs) {
    lastMs = nowMs
    // The first digit stays below 16, so that counting up within a millisecond can not overflow.
    lastRandom = Array.from(randomBytes(randomCharacters), (byte, i) => byte & (i === 0 ? 15 : 31))
  } else {
    countUp(lastRandom)
  }
  return `${prefix}_${encodeTime(lastMs)}${lastRandom.map((digit) => alphabet[digit]).join('')}`
}

function countUp(digits: number[]): void {
  for (let i = digits.length - 1; i >= 0; i--) {
    const digit = digits[i] ?? 0
    if (digit < 31) {
      digits[i] = digit + 1
      return
    }
    digits[i] = 0
  }
}

function encodeTime(ms: number): string {
  let text = ''
  let rest = ms
  for (let i = 0; i < 10; i++) {
    text = alphabet[rest % 32] + text
    rest = Math.floor(rest / 32)
  }
  return text
}
