/**
 * Reads members of a JSON object from its bytes without making the rest of it. It checks the whole
 * text as `JSON.parse` does, and where it is not sure to say the same, it says nothing.
 */
import { isUtf8 } from 'node:buffer'
import type { Json } from './json.ts'

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const backslash = 0x5c
const openBracket = 0x5b
const openBrace = 0x7b
const closeBracket = 0x5d
const closeBrace = 0x7d

/** As many as a number has bits for. A text that is deeper is left to `JSON.parse`. */
export const depthMax = 30

/** In place of an index: what stands there is not JSON, or is left to `JSON.parse`. */
const unsure = -1

/**
 * The values of these members in the order of their names, where the text is an object. An absent
 * one is undefined, and so is an object or a list. Undefined altogether where `JSON.parse` has to
 * be asked: the text is no JSON or no object, is very deep, or escapes what is looked for.
 * @example readMembers(Buffer.from('{"id":"a","data":{"id":"b"}}'), ['id']) // ['a']
 */
export function readMembers(
  json: Uint8Array,
  names: readonly string[],
): readonly (Json | undefined)[] | undefined {
  const starts = names.map(() => unsure)
  if (!findMembers(json, names, starts) || !isUtf8(json)) return undefined
  const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength)
  const values = starts.map((start) => (start === unsure ? undefined : scalarAt(bytes, start)))
  return values.includes(escaped) ? undefined : (values as (Json | undefined)[]) // by this line
}

/** Puts down where the value of each name starts; of a repeated name the last counts. */
function findMembers(json: Uint8Array, names: readonly string[], starts: number[]): boolean {
  let at = skipSpace(json, 0)
  if (json[at] !== openBrace) return false
  at = skipSpace(json, at + 1)
  if (json[at] === closeBrace) return isEnd(json, at + 1)
  for (;;) {
    const nameStart = at
    at = memberValue(json, at)
    if (at === unsure) return false
    const name = nameIndex(json, nameStart, names)
    if (name === unsure) return false
    if (name < names.length) starts[name] = at
    at = skipSpace(json, valueEnd(json, at))
    if (json[at] === closeBrace) return isEnd(json, at + 1)
    if (json[at] !== comma) return false
    at = skipSpace(json, at + 1)
  }
}

/** Which of the names stands here, or their number where it is another. Unsure of an escape. */
function nameIndex(json: Uint8Array, start: number, names: readonly string[]): number {
  for (let index = 0; index < names.length; index += 1) {
    if (isName(json, start + 1, names[index] ?? '')) return index
  }
  for (let at = start + 1; json[at] !== quote; at += 1) if (json[at] === backslash) return unsure
  return names.length
}

function isName(json: Uint8Array, start: number, name: string): boolean {
  for (let at = 0; at < name.length; at += 1) {
    if (json[start + at] !== name.charCodeAt(at)) return false
  }
  return json[start + name.length] === quote
}

/** Where the value begins of the member whose name begins here. */
function memberValue(json: Uint8Array, start: number): number {
  if (json[start] !== quote) return unsure
  const at = skipSpace(json, stringEnd(json, start))
  return json[at] === colon ? skipSpace(json, at + 1) : unsure
}

function valueEnd(json: Uint8Array, start: number): number {
  const first = json[start]
  return first === openBrace || first === openBracket
    ? containerEnd(json, start)
    : scalarEnd(json, start)
}

/** Walks through all that is inside; a bit for each level says whether it is an object. */
function containerEnd(json: Uint8Array, start: number): number {
  let at = start
  let [levels, depth] = [0, 0]
  for (;;) {
    const first = json[at]
    if (first === openBrace || first === openBracket) {
      depth += 1
      if (depth > depthMax) return unsure
      levels = (levels << 1) | (first === openBrace ? 1 : 0)
      at = skipSpace(json, at + 1)
      if (json[at] !== first + 2) {
        if (first === openBrace) at = memberValue(json, at)
        if (at === unsure) return unsure
        continue
      }
    } else {
      at = scalarEnd(json, at)
    }
    at = skipSpace(json, at)
    while (json[at] === ((levels & 1) === 1 ? closeBrace : closeBracket)) {
      levels >>>= 1
      depth -= 1
      if (depth === 0) return at + 1
      at = skipSpace(json, at + 1)
    }
    if (json[at] !== comma) return unsure
    at = skipSpace(json, at + 1)
    if ((levels & 1) === 1) at = memberValue(json, at)
    if (at === unsure) return unsure
  }
}

function scalarEnd(json: Uint8Array, start: number): number {
  switch (json[start]) {
    case quote:
      return stringEnd(json, start)
    case 0x74:
      return wordEnd(json, start, 'true')
    case 0x66:
      return wordEnd(json, start, 'false')
    case 0x6e:
      return wordEnd(json, start, 'null')
    default:
      return numberEnd(json, start)
  }
}

function stringEnd(json: Uint8Array, start: number): number {
  let at = start + 1
  for (;;) {
    const byte = json[at]
    if (byte === quote) return at + 1
    if (byte === undefined || byte < 0x20) return unsure
    if (byte !== backslash) at += 1
    else {
      at = escapeEnd(json, at)
      if (at === unsure) return unsure
    }
  }
}

/** Quote, backslash, slash, b, f, n, r and t. */
const escapable = [0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74]

function escapeEnd(json: Uint8Array, start: number): number {
  const letter = json[start + 1]
  if (letter !== 0x75) return escapable.includes(letter ?? 0) ? start + 2 : unsure
  for (let at = start + 2; at < start + 6; at += 1) if (!isHexDigit(json[at])) return unsure
  return start + 6
}

function wordEnd(json: Uint8Array, start: number, word: string): number {
  for (let at = 0; at < word.length; at += 1) {
    if (json[start + at] !== word.charCodeAt(at)) return unsure
  }
  return start + word.length
}

function numberEnd(json: Uint8Array, start: number): number {
  let at = json[start] === 0x2d ? start + 1 : start
  at = json[at] === 0x30 ? at + 1 : digitsEnd(json, at)
  if (json[at] === 0x2e) at = digitsEnd(json, at + 1)
  if (at !== unsure && ((json[at] ?? 0) | 0x20) === 0x65) {
    const sign = json[at + 1]
    at = digitsEnd(json, sign === 0x2b || sign === 0x2d ? at + 2 : at + 1)
  }
  return at
}

/** After one digit or more; unsure where there is none. */
function digitsEnd(json: Uint8Array, start: number): number {
  let at = start
  while (isDigit(json[at])) at += 1
  return at === start ? unsure : at
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

function isHexDigit(byte = 0): boolean {
  const lower = byte | 0x20
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66)
}

/** Stays unsure where the value before it was. */
function skipSpace(json: Uint8Array, from: number): number {
  let at = from
  for (;;) {
    const byte = json[at]
    if (byte === undefined || byte > 0x20) return at
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at
    at += 1
  }
}

function isEnd(json: Uint8Array, from: number): boolean {
  return skipSpace(json, from) === json.length
}

/** A value that is written with an escape. */
const escaped = Symbol('escaped')

/** What was found to be well-formed is read; an object and a list are as good as absent. */
function scalarAt(json: Buffer, start: number): Json | undefined | typeof escaped {
  switch (json[start]) {
    case openBrace:
    case openBracket:
      return undefined
    case 0x74:
      return true
    case 0x66:
      return false
    case 0x6e:
      return null
    case quote: {
      const text = json.toString('utf8', start + 1, stringEnd(json, start) - 1)
      return text.includes('\\') ? escaped : text
    }
    default:
      return Number(json.toString('latin1', start, numberEnd(json, start)))
  }
}
