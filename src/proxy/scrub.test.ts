import { expect, test } from 'vitest'
import { newScrubber } from './scrub.ts'

const secret = 'sk-live-abcdefghij'
const masked = '*'.repeat(secret.length)

/** All that a scrubber passes on of these pieces, piece by piece. */
function passed(pieces: readonly string[], secrets: readonly string[] = [secret]): string[] {
  const scrubber = newScrubber(secrets)
  const out = pieces.map((piece) => Buffer.from(scrubber.push(Buffer.from(piece))).toString())
  return [...out, Buffer.from(scrubber.end()).toString()]
}

test('what holds no secret is passed on at once, byte for byte', () => {
  expect(passed(['data: {"a":1}\n\n', 'data: [DONE]\n\n'])).toEqual([
    'data: {"a":1}\n\n',
    'data: [DONE]\n\n',
    '',
  ])
})

test('only what may be the beginning of a secret waits for the next piece', () => {
  expect(passed(['it was sk-li', 'kely, s', 'o'])).toEqual(['it was ', 'sk-likely, ', 'so', ''])
  expect(passed(['it was sk-li'])).toEqual(['it was ', 'sk-li'])
})

test('a secret is found wherever two pieces cut it', () => {
  for (let at = 0; at <= secret.length; at++) {
    const text = passed([`a ${secret.slice(0, at)}`, `${secret.slice(at)} b`]).join('')
    expect([at, text]).toEqual([at, `a ${masked} b`])
  }
})

test('a secret is found when each of its bytes comes alone', () => {
  expect(passed([...`${secret}${secret}x`]).join('')).toBe(`${masked}${masked}x`)
})

test('a beginning that is broken off does not hide the secret behind it', () => {
  expect(passed([`sk-live-ab${secret}`]).join('')).toBe(`sk-live-ab${masked}`)
  expect(passed(['sk-live-ab', secret.slice(0, 5), secret.slice(5)]).join('')).toBe(
    `sk-live-ab${masked}`,
  )
})

test('of several secrets all are found, also where they overlap', () => {
  expect(passed(['xabcdefgy'], ['abcde', 'defg'])).toEqual(['x*******y', ''])
  expect(passed(['pair', 'ed'], ['paired', 'air'])).toEqual(['', '******', ''])
  expect(passed(['abcab', 'cab'], ['abcab']).join('')).toBe('********')
  expect(passed(['xabcde', 'fgx'], ['abcde', 'defg'])).toEqual(['x***', '****x', ''])
})

test('bytes that are no text come out as they went in', () => {
  const scrubber = newScrubber([secret])
  const bytes = Uint8Array.from({ length: 512 }, (_, i) => i % 256)
  const out = Buffer.concat([scrubber.push(bytes), scrubber.end()])
  expect(out.equals(bytes)).toBe(true)
})

test('without secrets everything passes', () => {
  expect(passed([secret], [])).toEqual([secret, ''])
})
