import { describe, expect, test } from 'vitest'
import { valueAt } from '../base/json.ts'
import { between, type Random, seed, seededRandom } from '../base/testing/random.ts'
import { arrayElements, arrayRanges, type JsonPath, splitArray } from './json-array.ts'

function elements(text: string, path: JsonPath = []): string[] | undefined {
  return arrayElements(Buffer.from(text), path)?.map((bytes) => Buffer.from(bytes).toString())
}

function split(text: string, path: JsonPath): string[] {
  return splitArray(Buffer.from(text), path).map((bytes) => Buffer.from(bytes).toString())
}

describe('the elements of an array', () => {
  test('are the bytes as they stand, without the white space around them', () => {
    expect(elements('[{"b": 1,\t"a":2.50e+1}\r\n, "x" ,null,-0, [ ] ,true]')).toEqual([
      '{"b": 1,\t"a":2.50e+1}',
      '"x"',
      'null',
      '-0',
      '[ ]',
      'true',
    ])
    expect(elements('\r\n[1]\r\n')).toEqual(['1'])
    expect(elements('[]')).toEqual([])
    expect(elements(' [ \n ] ')).toEqual([])
  })

  test('are not cut at brackets, commas and quotes inside of strings', () => {
    const odd = String.raw`"],[{}\"\\","\\\\","a\\\"]"`
    expect(elements(`[${odd},{"]":"}{"}]`)).toEqual([
      String.raw`"],[{}\"\\"`,
      String.raw`"\\\\"`,
      String.raw`"a\\\"]"`,
      '{"]":"}{"}',
    ])
  })

  test('keep characters of several bytes and escapes as they were written', () => {
    expect(elements(String.raw`["Grüße, 世界 🎉","\u00e9\/"]`)).toEqual([
      '"Grüße, 世界 🎉"',
      String.raw`"\u00e9\/"`,
    ])
    const body = Buffer.from('["世", "界"]')
    expect(arrayRanges(body)).toEqual([
      { start: 1, end: 6 },
      { start: 8, end: 13 },
    ])
  })

  test('are views of the body, so that a batch is not copied', () => {
    const body = Buffer.from('[{"id":1}]')
    const [first] = arrayElements(body) ?? []
    expect(first?.buffer).toBe(body.buffer)
  })

  test('are found in an array of 100,000 elements and below 5,000 brackets', () => {
    expect(elements(`[${Array(100_000).fill('{"a":[1]}').join()}]`)).toHaveLength(100_000)
    const deep = '['.repeat(5_000) + ']'.repeat(5_000)
    expect(elements(`[${deep},1]`)).toEqual([deep, '1'])
  })
})

describe('an array inside of the body', () => {
  test('is found by names and places', () => {
    const body = '{"meta":{"events":[0]},"events":[{"id":1},{"ids":[2,[3,4]]}]}'
    expect(elements(body, ['events'])).toEqual(['{"id":1}', '{"ids":[2,[3,4]]}'])
    expect(elements(body, ['meta', 'events'])).toEqual(['0'])
    expect(elements(body, ['events', 1, 'ids', 1])).toEqual(['3', '4'])
  })

  test('is undefined where there is none', () => {
    for (const path of [['b'], ['a', 'b'], [0], ['a', 0, 'x'], ['a', 9], ['a', -1], ['']]) {
      expect(elements('{"a":[1],"events":{}}', path)).toBeUndefined()
    }
    for (const text of ['{}', '"[1]"', '1', 'null', '{"events":"[1]"}']) {
      expect(elements(text)).toBeUndefined()
      expect(elements(text, ['events'])).toBeUndefined()
    }
  })

  test('is that of the name as it reads, and the last of a repeated name', () => {
    expect(elements(String.raw`{"\u0065vents":[1]}`, ['events'])).toEqual(['1'])
    expect(elements('{"events":[1],"events":[2]}', ['events'])).toEqual(['2'])
    expect(elements('{"events":[1],"events":2}', ['events'])).toBeUndefined()
    expect(elements('{"__proto__":[1]}', ['__proto__'])).toEqual(['1'])
    expect(elements('{}', ['__proto__'])).toBeUndefined()
  })
})

test.each([
  '',
  '[',
  '[1',
  '[1,]',
  '[,1]',
  '[1 2]',
  '[1]]',
  '[1] [2]',
  '[01]',
  "['a']",
  '["a\n"]',
  '["\\x"]',
  '[NaN]',
  '{"events":[1],}',
  '{"events":[1]} x',
  '\ufeff[1]',
  '[1]\0',
  '\u00a0[1]',
])('what is not JSON has no elements: %j', (text) => {
  expect(elements(text)).toBeUndefined()
  expect(elements(text, ['events'])).toBeUndefined()
})

test('bytes that are not UTF-8 have no elements', () => {
  expect(arrayElements(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]))).toBeUndefined()
})

describe('a document split by its array', () => {
  test('is the same document with one element each', () => {
    const text = '{"id":"1", "changes": [ {"a":1} , {"b":"]"} ],"time":3}'
    expect(split(text, ['changes'])).toEqual([
      '{"id":"1", "changes": [ {"a":1} ],"time":3}',
      '{"id":"1", "changes": [ {"b":"]"} ],"time":3}',
    ])
  })

  test('is as it was where there is nothing to split', () => {
    for (const text of ['{"a":[1]}', '{"a":[]}', '{"a":1}', '{}', 'no JSON']) {
      expect(split(text, ['a'])).toEqual([text])
    }
  })
})

test('the elements of made-up documents are what JSON.parse reads there', () => {
  const random = seededRandom(seed)
  for (let run = 0; run < 2_000; run += 1) {
    const events = Array.from({ length: between(random, 0, 4) }, () => madeUp(random, 4))
    const text = spaced(JSON.stringify({ a: madeUp(random, 3), events, z: '"}],' }), random)
    const found = elements(text, ['events'])?.map((element) => JSON.parse(element))
    expect(found, `seed ${seed}, run ${run}: ${text}`).toEqual(valueAt(JSON.parse(text), 'events'))
  }
})

function madeUp(random: Random, depth: number): unknown {
  const plain = ['"', '\\', '\\"', '],[', '{}', '', '世\u{1f389}\n', null, true, -1.5e-7, 0]
  const kind = depth === 0 ? 0 : between(random, 0, 2)
  if (kind === 0) return plain[between(random, 0, plain.length - 1)]
  const inner = Array.from({ length: between(random, 0, 3) }, () => madeUp(random, depth - 1))
  return kind === 1 ? inner : Object.fromEntries(inner.map((value, at) => [`k"${at}[`, value]))
}

/** White space after the brackets and commas that stand outside of strings. */
function spaced(text: string, random: Random): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[[\]{},:]/g, (token) =>
    token.startsWith('"')
      ? token
      : ([token, `${token} `, `\r\n${token}\t`][between(random, 0, 2)] ?? token),
  )
}
