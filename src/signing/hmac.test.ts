import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Digest, decodeMac, findKey, hmac, type MacEncoding, signaturesMax } from './hmac.ts'

const text = 'what do ya want for nothing?'

// RFC 2202 (SHA-1) and RFC 4231 (SHA-256, SHA-512), test case 2: the key is `Jefe`.
const published: [Digest, string][] = [
  ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
  ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  [
    'sha512',
    '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  ],
]

describe('hmac', () => {
  test.each(published)('%s gives the published code', (digest, code) => {
    expect(hmac(digest, 'Jefe', [text]).toString('hex')).toBe(code)
  })

  test('parts give the code of their concatenation, text as UTF-8', () => {
    const parts = ['é.', Buffer.from([0, 255, 128]), '.ü']
    const whole = Buffer.concat(parts.map((part) => Buffer.from(part)))
    expect(hmac('sha256', 'key', parts)).toEqual(createHmac('sha256', 'key').update(whole).digest())
  })
})

describe('decodeMac', () => {
  const mac = hmac('sha256', 'key', ['body'])
  const hex = mac.toString('hex')
  // A code whose base64 has both characters in which the alphabets differ.
  const base64 = `${'+/'.repeat(21)}8=`

  test('the canonical form is read', () => {
    expect(decodeMac(hex, 'sha256', 'hex')).toEqual(mac)
    expect(decodeMac(mac.toString('base64'), 'sha256', 'base64')).toEqual(mac)
    expect(decodeMac(base64, 'sha256', 'base64')?.toString('base64')).toBe(base64)
  })

  const others: [string, string, MacEncoding][] = [
    ['upper-case hexadecimal', hex.toUpperCase(), 'hex'],
    ['a half byte', hex.slice(1), 'hex'],
    ['a byte less', hex.slice(2), 'hex'],
    ['a byte more', `${hex}00`, 'hex'],
    ['a letter after the last byte', `${hex}g`, 'hex'],
    ['white space', ` ${hex.slice(1)}`, 'hex'],
    ['base64 in place of hexadecimal', mac.toString('base64'), 'hex'],
    ['hexadecimal in place of base64', hex, 'base64'],
    ['no padding', mac.toString('base64').slice(0, -1), 'base64'],
    ['the alphabet for URLs', base64.replaceAll('+', '-').replaceAll('/', '_'), 'base64'],
    ['spare bits that are not zero', `${base64.slice(0, -2)}9=`, 'base64'],
    ['nothing', '', 'base64'],
    ['text of a megabyte', 'a'.repeat(1_000_000), 'hex'],
  ]
  test.each(others)('%s is no code', (_title, form, encoding) => {
    expect(decodeMac(form, 'sha256', encoding)).toBeUndefined()
  })
})

describe('findKey', () => {
  const mac = hmac('sha256', 'right', ['body'])
  const other = hmac('sha256', 'other', ['body'])
  const find = (keys: readonly (string | undefined)[], signatures: readonly Buffer[]) =>
    findKey(keys, 'sha256', ['body'], signatures)

  test('any signature of any key is found', () => {
    expect(find(['wrong', 'right'], [other, mac])).toBe(1)
    expect(find(['right', 'right'], [mac])).toBe(0)
    expect(find(['wrong'], [mac, other])).toBe(-1)
    expect(find([], [mac])).toBe(-1)
    expect(find(['right'], [])).toBe(-1)
  })

  test('an empty key never matches, although everybody could sign with it', () => {
    const forged = hmac('sha256', '', ['body'])
    expect(find(['', undefined], [forged])).toBe(-1)
    expect(findKey([new Uint8Array()], 'sha256', ['body'], [forged])).toBe(-1)
  })

  test('only so many signatures are tried', () => {
    const wrong = (count: number) => Array.from({ length: count }, () => other)
    expect(find(['right'], [...wrong(signaturesMax - 1), mac])).toBe(0)
    expect(find(['right'], [...wrong(signaturesMax), mac])).toBe(-1)
  })
})
