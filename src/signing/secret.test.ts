import { describe, expect, test } from 'vitest'
import { newSecret, type SecretShape, secretKey } from './secret.ts'

const whsec: SecretShape = { form: 'base64', prefix: 'whsec_' }
const text: SecretShape = { form: 'text', prefix: 'whsec_' }
const key = Buffer.from([251, 239, 190, 1, 2, 3, 4])

describe('secretKey', () => {
  test('text is the key with its prefix, the other forms are decoded after it', () => {
    expect(secretKey('whsec_abc', text)).toBe('whsec_abc')
    expect(secretKey(`whsec_${key.toString('base64')}`, whsec)).toEqual(key)
    expect(secretKey(key.toString('base64'), whsec)).toEqual(key)
    expect(secretKey(key.toString('hex').toUpperCase(), { form: 'hex' })).toEqual(key)
  })

  test('base64 may come without padding or in the alphabet for URLs', () => {
    expect(secretKey(`whsec_${key.toString('base64url')}`, whsec)).toEqual(key)
  })

  test('a shape may read a secret without the prefix in another form', () => {
    const shape: SecretShape = { ...whsec, unprefixed: 'text' }
    expect(secretKey('YWJj', shape)).toBe('YWJj')
    expect(secretKey('whsec_YWJj', shape)).toEqual(Buffer.from('abc'))
  })

  test('the first of several prefixes that fits is taken off', () => {
    const shape: SecretShape = { form: 'base64', prefix: ['v1,whsec_', 'whsec_'] }
    expect(secretKey('v1,whsec_YWJj', shape)).toEqual(Buffer.from('abc'))
    expect(secretKey('whsec_YWJj', shape)).toEqual(Buffer.from('abc'))
    expect(secretKey('v1,whsec_', shape)).toBeUndefined()
  })

  test.each([
    ['empty', ''],
    ['blank', ' \t'],
    ['only the prefix', 'whsec_'],
    ['the prefix and white space', 'whsec_ '],
  ])('a secret that is %s gives no key', (_title, secret) => {
    expect(secretKey(secret, whsec)).toBeUndefined()
    expect(secretKey(secret, text)).toBeUndefined()
  })

  test.each([
    ['white space around', ' whsec_YWJj'],
    ['a foreign character', 'whsec_YW!Jj'],
    ['a line end', 'whsec_YWJj\n'],
    ['nothing but padding', 'whsec_='],
  ])('with %s, base64 gives no key rather than another one', (_title, secret) => {
    expect(secretKey(secret, whsec)).toBeUndefined()
  })
})

describe('newSecret', () => {
  test.each<SecretShape>([whsec, text, { form: 'hex' }, { form: 'text' }])(
    'fits the shape %o, has 24 bytes or more and never repeats',
    (shape) => {
      const secret = newSecret(shape)
      expect(secret.startsWith(typeof shape.prefix === 'string' ? shape.prefix : '')).toBe(true)
      expect(secretKey(secret, shape)?.length).toBeGreaterThanOrEqual(24)
      expect(newSecret(shape)).not.toBe(secret)
    },
  )
})
