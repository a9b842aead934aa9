import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { decodeUtf8 } from './bytes.ts'
import { type Json, parseJson } from './json.ts'
import { depthMax, readMembers } from './json-members.ts'
import { type Random, seed, seededRandom } from './testing/random.ts'

const names = ['id', 'type', 'created', 'livemode']

/** What `JSON.parse` says of the same bytes; undefined where it says nothing of an object. */
function parsed(bytes: Uint8Array): (Json | undefined)[] | undefined {
  const value = parseJson(decodeUtf8(bytes) ?? '')
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  return names.map((name) => {
    const member = Object.hasOwn(value, name) ? value[name] : undefined
    return member !== null && typeof member === 'object' ? undefined : member
  })
}

/** It may leave a text to `JSON.parse`, but never say anything else. */
function agrees(bytes: Uint8Array): boolean {
  const found = readMembers(bytes, names)
  if (found && !isDeepStrictEqual(found, parsed(bytes))) {
    throw new Error(`Of ${Buffer.from(bytes).toString('latin1')} it says ${JSON.stringify(found)}.`)
  }
  return found !== undefined
}

const read = (text: string) => readMembers(Buffer.from(text), names)

describe('members', () => {
  test.each<[string, (Json | undefined)[]]>([
    ['{"id":"a","type":"b","created":1,"livemode":false}', ['a', 'b', 1, false]],
    [' {\t"id" :\r\n"a" } ', ['a', undefined, undefined, undefined]],
    ['{}', [undefined, undefined, undefined, undefined]],
    ['{"data":{"id":"x","type":["y",{}]},"id":"a"}', ['a', undefined, undefined, undefined]],
    ['{"id":"a","id":"b"}', ['b', undefined, undefined, undefined]],
    ['{"id":"a","id":{"id":"c"}}', [undefined, undefined, undefined, undefined]],
    [
      '{"id":"Gr\u00fc\u00dfe \u4e16 \u{1f389}","idx":1,"i":2}',
      ['Gr\u00fc\u00dfe \u4e16 \u{1f389}', undefined, undefined, undefined],
    ],
    ['{"id":-0,"type":1e400,"created":-1.5E-3,"livemode":null}', [-0, Infinity, -0.0015, null]],
    ['{"text":"\\u00e9\\"\\\\\\n","id":true}', [true, undefined, undefined, undefined]],
  ])('are read from %s', (text, expected) => {
    expect(read(text)).toEqual(Array.from(expected))
    expect(parsed(Buffer.from(text))).toEqual(Array.from(expected))
  })

  test.each([
    ['is no JSON', '{"id":"a"'],
    ['has something after it', '{"id":"a"}x'],
    ['begins with a byte order mark', '\ufeff{"id":"a"}'],
    ['is a list', '[{"id":"a"}]'],
    ['is a text', '"id"'],
    ['is empty', ''],
    ['has a comma too many', '{"id":"a",}'],
    ['has a number with a leading zero', '{"id":01}'],
    ['has a number that ends early', '{"id":1.}'],
    ['has a line end in a text', '{"x":"a\nb","id":"a"}'],
    ['has an escape that there is not', '{"x":"\\x","id":"a"}'],
    ['has an escape that is cut off', '{"x":"\\u00g0","id":"a"}'],
    ['escapes a name', '{"\\u0069d":"b","id":"a"}'],
    ['escapes a value that is looked for', '{"id":"\\u0061"}'],
    ['mixes brackets', '{"x":[1},"id":"a"}'],
    ['is deeper than the limit', `{"x":${'['.repeat(31)}${']'.repeat(31)},"id":"a"}`],
  ])('are left to JSON.parse where a text %s', (_title, text) => {
    expect(read(text)).toBeUndefined()
  })

  test('are read up to the limit of depth', () => {
    const text = `{"x":${'[{"y":'.repeat(depthMax / 2)}1${'}]'.repeat(depthMax / 2)},"id":"a"}`
    expect(read(text)?.[0]).toBe('a')
  })

  test('are left to JSON.parse where the bytes are not UTF-8', () => {
    const bytes = Buffer.from('{"id":"a","x":"?"}')
    bytes[bytes.indexOf('?')] = 0xff
    expect(readMembers(bytes, names)).toBeUndefined()
  })

  test('are read from a view in the middle of other bytes', () => {
    const around = new Uint8Array(Buffer.from('xx{"id":"a","type":"b"}yy'))
    expect(readMembers(around.subarray(2, -2), names)).toEqual(['a', 'b', undefined, undefined])
  })
})

const pieces =
  '{ } [ ] , : " \\ \\u0041 \\n \\u12 " "id" "type" "created" "livemode" "x" "" true false null ' +
  '0 -1 1.5e3 01 - . e + \u00fc \u0001 tru \ufeff {"id":"a"} "id":1, [1,2] \ud83c\udf89'
const tokens = [...pieces.split(' '), ' ', '\n']

function randomJson(random: Random, depth = 0): Json {
  // The index is within the list.
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item
  const scalars = [null, true, false, 0, -1.5, 1e21, 'a', 'Gr\u00fc\u00dfe', '"\\\n', '\u0000', '']
  if (depth > 4 || random() < 0.4) return pick(scalars)
  const items = Array.from({ length: Math.floor(random() * 5) }, () =>
    randomJson(random, depth + 1),
  )
  if (random() < 0.3) return items
  const keys = [...names, 'x', 'data', '__proto__', 'i\u00f6', 'a"b']
  return Object.fromEntries(items.map((item) => [pick(keys), item]))
}

function mutated(bytes: Buffer, random: Random): Buffer {
  const at = Math.floor(random() * (bytes.length + 1))
  const token = Buffer.from(tokens[Math.floor(random() * tokens.length)] ?? '')
  const cut = random() < 0.5 ? 0 : 1 + Math.floor(random() * 3)
  const byte = random() < 0.2 ? [Math.floor(random() * 256)] : token
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(byte), bytes.subarray(at + cut)])
}

describe('thousands of texts', () => {
  test(`never get another answer than that of JSON.parse (SEED=${seed})`, () => {
    const random = seededRandom(seed)
    let [said, wrong] = [0, 0]
    for (let round = 0; round < 4_000; round += 1) {
      const value = { x: randomJson(random), id: 'a', ...(randomJson(random) as object) } // or none
      let bytes: Buffer = Buffer.from(JSON.stringify(value, null, Math.floor(random() * 3)))
      if (agrees(bytes)) said += 1
      for (let change = 0; change < 4; change += 1) {
        bytes = mutated(bytes, random)
        if (agrees(bytes)) said += 1
        if (parsed(bytes) === undefined) wrong += 1
      }
    }
    // Both kinds came up: texts that were answered, and texts that are no JSON.
    expect(said).toBeGreaterThan(2_000)
    expect(wrong).toBeGreaterThan(2_000)
  })

  test(`made of pieces of JSON are no exception (SEED=${seed})`, () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 20_000; round += 1) {
      const count = Math.floor(random() * 8)
      const inner = Array.from(
        { length: count },
        () => tokens[Math.floor(random() * tokens.length)],
      )
      agrees(Buffer.from(`{"id":${inner.join('')}}`))
      agrees(Buffer.from(inner.join('')))
    }
  })
})
