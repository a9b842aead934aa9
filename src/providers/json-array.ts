/**
 * Finds where the elements of a JSON array stand in the bytes, so that every event of a batch is
 * kept as it was sent. It takes only what `JSON.parse` takes, agrees with it, and never writes
 * JSON.
 */
import { decodeUtf8 } from '../base/bytes.ts'
import { parseJson } from '../base/json.ts'

/** From the first byte of a value to the one after its last, white space around it left out. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Names of members and places in arrays, from the outermost value inwards. */
export type JsonPath = readonly (string | number)[]

/**
 * The bytes of each element of the array at a path; undefined where the bytes are not JSON or hold
 * no array there. They are views of `json`, not copies.
 * @example arrayElements(Buffer.from('{"events":[{"id":1}]}'), ['events']) // one element, {"id":1}
 */
export function arrayElements(json: Uint8Array, path: JsonPath = []): Uint8Array[] | undefined {
  return arrayRanges(json, path)?.map(({ start, end }) => json.subarray(start, end))
}

/** As `arrayElements`, but where the elements stand. */
export function arrayRanges(json: Uint8Array, path: JsonPath = []): ByteRange[] | undefined {
  // What follows relies on JSON that is well-formed: every string and bracket is closed.
  if (!isJson(json)) return undefined
  let at: number | undefined = skipSpace(json, 0)
  for (const step of path) at = at === undefined ? undefined : valueStart(json, at, step)
  return at === undefined ? undefined : elementsOf(json, at)
}

/**
 * The array's document with each one of its elements alone: all else stays, byte for byte. A
 * document with at most one element there, or with no array there, is given back as it is.
 */
export function splitArray(json: Uint8Array, path: JsonPath): Uint8Array[] {
  const ranges = arrayRanges(json, path) ?? []
  const first = ranges[0]
  const last = ranges.at(-1)
  if (!first || !last || ranges.length === 1) return [json]
  const before = json.subarray(0, first.start)
  const after = json.subarray(last.end)
  return ranges.map(({ start, end }) => Buffer.concat([before, json.subarray(start, end), after]))
}

const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const openBracket = 0x5b
const openBrace = 0x7b
const closeBracket = 0x5d
const closeBrace = 0x7d

function isJson(bytes: Uint8Array): boolean {
  const text = decodeUtf8(bytes)
  return text !== undefined && parseJson(text) !== undefined
}

function valueStart(json: Uint8Array, at: number, step: string | number): number | undefined {
  if (typeof step === 'number') return elementsOf(json, at)?.[step]?.start
  if (json[at] !== openBrace) return undefined
  let found: number | undefined
  let key = skipSpace(json, at + 1)
  while (json[key] === quote) {
    const keyEnd = stringEnd(json, key)
    // Past the colon, which is the one byte that can stand here beside white space.
    const value = skipSpace(json, skipSpace(json, keyEnd) + 1)
    // Of a repeated name the last counts, as it does for JSON.parse.
    if (parseJson(textOf(json, key, keyEnd)) === step) found = value
    key = nextItem(json, valueEnd(json, value))
  }
  return found
}

function elementsOf(json: Uint8Array, at: number): ByteRange[] | undefined {
  if (json[at] !== openBracket) return undefined
  const ranges: ByteRange[] = []
  let start = skipSpace(json, at + 1)
  while (json[start] !== closeBracket) {
    const end = valueEnd(json, start)
    ranges.push({ start, end })
    start = nextItem(json, end)
  }
  return ranges
}

/** Where the next item begins after one that ended here, or the bracket that closes them. */
function nextItem(json: Uint8Array, end: number): number {
  const at = skipSpace(json, end)
  return json[at] === comma ? skipSpace(json, at + 1) : at
}

function valueEnd(json: Uint8Array, start: number): number {
  const first = json[start]
  if (first === quote) return stringEnd(json, start)
  if (first === openBrace || first === openBracket) return containerEnd(json, start)
  let at = start
  while (at < json.length && !endsPlainValue(json[at])) at += 1
  return at
}

function containerEnd(json: Uint8Array, start: number): number {
  let depth = 0
  for (let at = start; at < json.length; at += 1) {
    const byte = json[at]
    if (byte === quote) at = stringEnd(json, at) - 1
    else if (byte === openBrace || byte === openBracket) depth += 1
    else if (byte === closeBrace || byte === closeBracket) depth -= 1
    if (depth === 0) return at + 1
  }
  return json.length
}

function stringEnd(json: Uint8Array, start: number): number {
  let at = start + 1
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1
  return at + 1
}

function endsPlainValue(byte: number | undefined): boolean {
  return byte === comma || byte === closeBracket || byte === closeBrace || isSpace(byte)
}

function skipSpace(json: Uint8Array, from: number): number {
  let at = from
  while (isSpace(json[at])) at += 1
  return at
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function textOf(json: Uint8Array, start: number, end: number): string {
  return Buffer.from(json.subarray(start, end)).toString('utf8')
}
