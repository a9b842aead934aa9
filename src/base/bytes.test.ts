import { describe, expect, test } from 'vitest'
import { decodeBase64, decodeHex, decodeUtf8, equalBytes } from './bytes.ts'

describe('decodeUtf8', () => {
  test.each(['', 'a\0b', 'é', '\u{1f600}', '\ufeffwith a byte order mark', '\ud7ff\ue000'])(
    'gives %j back as it was',
    (text) => {
      expect(decodeUtf8(Buffer.from(text))).toBe(text)
    },
  )

  test.each([
    ['a byte that begins nothing', [0xff]],
    ['a character that was cut off', [0xe2, 0x82]],
    ['a continuation alone', [0x80]],
    ['an overlong form', [0xc0, 0x80]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a character past the last one', [0xf4, 0x90, 0x80, 0x80]],
  ])('gives undefined for %s, and replaces nothing', (_, bytes) => {
    expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined()
    expect(decodeUtf8(Uint8Array.from([0x61, ...bytes, 0x61]))).toBeUndefined()
  })
})

describe('equalBytes', () => {
  test('is true for the same bytes only, of whatever kind of array', () => {
    expect(equalBytes(Buffer.from('abc'), Uint8Array.from([97, 98, 99]))).toBe(true)
    expect(equalBytes(Buffer.from('abc'), Buffer.from('abd'))).toBe(false)
    expect(equalBytes(Buffer.alloc(0), Buffer.alloc(0))).toBe(true)
  })

  test('is false for other lengths, and does not throw', () => {
    expect(equalBytes(Buffer.from('abc'), Buffer.from('ab'))).toBe(false)
    expect(equalBytes(Buffer.alloc(0), Buffer.from('a'))).toBe(false)
  })
})

describe('decodeHex', () => {
  test('reads lower-case pairs', () => {
    expect(decodeHex('00ff10')).toEqual(Buffer.from([0, 255, 16]))
    expect(decodeHex('')).toEqual(Buffer.alloc(0))
  })

  test.each(['0', 'FF', '0g', '0x00', ' 00', '00\n', '0 0', 'ffé'])('refuses %j', (text) => {
    expect(decodeHex(text)).toBeUndefined()
  })
})

describe('decodeBase64', () => {
  test.each(['', 'a', 'ab', 'abc', '\0ÿ'])('reads what encodes %j', (text) => {
    const bytes = Buffer.from(text, 'latin1')
    expect(decodeBase64(bytes.toString('base64'))).toEqual(bytes)
  })

  test.each([
    ['no padding', 'YQ'],
    ['too much padding', 'YWJj===='],
    ['spare bits that are not zero', 'YR=='],
    ['the alphabet of URLs', '_-8='],
    ['white space', 'YW Jj'],
    ['a line end', 'YWJj\n'],
    ['other characters', 'YWJj!'],
    ['padding within', 'YQ==YQ=='],
  ])('refuses %s', (_, text) => {
    expect(decodeBase64(text)).toBeUndefined()
  })
})
