import { createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { findKey, hmac } from './hmac.ts'
import { keysMax, macKeys, readyKey, rememberKeys } from './key-cache.ts'

describe('rememberKeys', () => {
  test('makes a key once for each secret, also where a secret has none', () => {
    const made: string[] = []
    const keyOf = rememberKeys((secret) => {
      made.push(secret)
      return secret === 'bad' ? undefined : `key of ${secret}`
    })
    for (let time = 0; time < 2; time++) {
      expect(['a', 'bad', 'b'].map(keyOf)).toEqual(['key of a', undefined, 'key of b'])
    }
    expect(made).toEqual(['a', 'bad', 'b'])
  })

  test('keeps so many, and makes room by those that it made first', () => {
    let made = 0
    const keyOf = rememberKeys(() => ++made)
    for (let index = 0; index < keysMax; index++) keyOf(`secret ${index}`)
    expect(keyOf('secret 0')).toBe(1)
    expect(keyOf('one more')).toBe(keysMax + 1)
    expect(keyOf('secret 1')).toBe(2)
    expect(keyOf('secret 0')).toBe(keysMax + 2)
  })
})

describe('macKeys', () => {
  const keyOf = macKeys({ form: 'base64', prefix: 'whsec_' })

  test('gives keys that make the same code as the bytes, and none for none', () => {
    const key = keyOf(`whsec_${Buffer.alloc(24, 7).toString('base64')}`)
    expect(key && hmac('sha256', key, ['body'])).toEqual(
      hmac('sha256', Buffer.alloc(24, 7), ['body']),
    )
    expect(['', ' ', 'whsec_', 'whsec_?'].map(keyOf)).toEqual(Array(4).fill(undefined))
  })

  test('never answers for one shape with the key of another', () => {
    const textKeyOf = macKeys({ form: 'text' })
    expect(textKeyOf('whsec_YWJj')).toBe('whsec_YWJj')
    const decoded = keyOf('whsec_YWJj') ?? ''
    expect(hmac('sha256', decoded, ['body'])).toEqual(hmac('sha256', 'abc', ['body']))
  })
})

test('an empty key matches nothing, made ready or not', () => {
  for (const key of ['', Buffer.alloc(0), createSecretKey(Buffer.alloc(0))]) {
    expect(findKey([key], 'sha256', ['body'], [hmac('sha256', '', ['body'])])).toBe(-1)
  }
  const ready = readyKey(Buffer.from('k'))
  expect(findKey([ready], 'sha256', ['body'], [hmac('sha256', 'k', ['body'])])).toBe(0)
})
