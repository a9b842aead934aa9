import { describe, expect, test } from 'vitest'
import { errorCodes, errorText, HooklineError } from './errors.ts'

describe('HooklineError', () => {
  test('carries the status and the title of its code, its detail and its cause', () => {
    const cause = new Error('disk')
    const error = new HooklineError('storage_full', 'What, why, what to do.', { cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'HooklineError',
      code: 'storage_full',
      status: 503,
      title: 'The disk is full',
      message: 'What, why, what to do.',
      cause,
    })
  })

  test.each(Object.entries(errorCodes))('%s has an error status and a title', (_, entry) => {
    const [status, title] = entry
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(600)
    expect(title).toMatch(/^[A-Z].*[^.]$/)
  })
})

/** Throws as soon as anybody looks at it. */
const untouchable: unknown = new Proxy(
  {},
  {
    get: () => {
      throw new Error('hands off')
    },
    getPrototypeOf: () => {
      throw new Error('hands off')
    },
  },
)

function errorWith(changes: object): Error {
  const error = new Error('broken')
  for (const [name, value] of Object.entries(changes)) {
    Object.defineProperty(error, name, { value, configurable: true })
  }
  return error
}

const circular: { self?: unknown } = {}
circular.self = circular

describe('errorText', () => {
  test('shows the stack of an error, where it has one', () => {
    expect(errorText(new TypeError('broken'))).toMatch(/^TypeError: broken\n {4}at /)
    expect(errorText(errorWith({ stack: undefined }))).toBe('Error: broken')
  })

  test.each([
    ['text', 'just text', 'just text'],
    ['an object', { code: 7 }, 'A value that is not an Error was thrown: {"code":7}'],
    ['null', null, 'A value that is not an Error was thrown: null'],
    ['undefined', undefined, 'A value that is not an Error was thrown: undefined'],
    ['a symbol', Symbol('odd'), 'A value that is not an Error was thrown: Symbol(odd)'],
  ])('shows %s that was thrown', (_, thrown, text) => {
    expect(errorText(thrown)).toBe(text)
  })

  test.each([
    ['a function', () => 1],
    ['a bigint', 1n],
    ['a circle', circular],
    ['an object that throws when it is looked at', untouchable],
    ['an object without a prototype', Object.create(null)],
    ['an error whose stack is a number', errorWith({ stack: 42 })],
    ['an error whose stack is an object', errorWith({ stack: {} })],
    ['an error without a name', errorWith({ stack: undefined, name: Symbol('odd') })],
  ])('gives a text for %s, and does not throw', (_, thrown) => {
    const text = errorText(thrown)
    expect(text).toEqual(expect.any(String))
    expect(text.length).toBeGreaterThan(0)
  })

  test('is cut at its limit', () => {
    expect(errorText('x'.repeat(10_000))).toHaveLength(8_000)
    expect(errorText('x'.repeat(10_000), 300)).toHaveLength(300)
  })
})
