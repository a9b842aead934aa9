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

/** So many of its last characters count up within a millisecond; those before are kept. */
const countedBits = 30
const countedMax = 2 ** countedBits - 1
/** Each pair of digits, so that the counted characters are three look-ups. */
const pairs = Array.from({ length: 1024 }, (_, i) => `${alphabet[i >>> 5]}${alphabet[i & 31]}`)

let lastMs = -1
let head = ''
let counted = 0

/** @param nowMs milliseconds since 1970; a clock that steps back does not make ids step back. */
export function newId(prefix: IdPrefix, nowMs: number): string {
  if (nowMs > lastMs || counted === countedMax) begin(Math.max(nowMs, lastMs + 1))
  else counted++
  const tail = `${pairOf(counted >>> 20)}${pairOf(counted >>> 10)}${pairOf(counted)}`
  return `${prefix}_${head}${tail}`
}

function pairOf(bits: number): string {
  return pairs[bits & 1023] ?? ''
}

function begin(ms: number): void {
  lastMs = ms
  const random = randomBytes(randomCharacters)
  const digits = [...random.subarray(0, randomCharacters - countedBits / 5)]
  head = encodeTime(ms) + digits.map((byte) => alphabet[byte & 31]).join('')
  // Half of the range at most, so that there is room to count up.
  counted = random.readUInt32LE(randomCharacters - 4) >>> 3
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
