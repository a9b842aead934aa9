import { describe, expect, test } from 'vitest'
import { HooklineError } from '../base/errors.ts'
import { checkDocumentPath, documentPathCharactersMax, isDocumentPath } from './document-path.ts'

const valid = [
  'users/u_1',
  'users',
  'a/b/c/d',
  'users/Ünïcødé',
  'users/用户',
  'orders/2026-01-01T00:00:00.000Z',
  'mail/a+b@example.com',
  "x/~$!,=:.'-_",
  '.hidden/..x',
  '__proto__/constructor',
  'a'.repeat(documentPathCharactersMax),
]

const invalid = [
  '',
  '/',
  '/users',
  'users/',
  'users//u_1',
  'users/./u_1',
  'users/../u_1',
  '..',
  'users/*',
  'users/**',
  'users/a b',
  'users/a\tb',
  'users/a\0',
  'users/a\n',
  'users/\ud800',
  'users/\u{10ffff}',
  'users/a\\b',
  'users/a%2fb',
  'users/a?b',
  'users/a#b',
  'users/"a"',
  'users/<a>',
  'users/\u202ea',
  'a'.repeat(documentPathCharactersMax + 1),
]

function codeOf(path: unknown): string | undefined {
  try {
    checkDocumentPath(path)
    return undefined
  } catch (error) {
    return error instanceof HooklineError ? error.code : 'another error'
  }
}

describe('a document path', () => {
  test.each(valid)('%j is one', (path) => {
    expect(isDocumentPath(path)).toBe(true)
    expect(checkDocumentPath(path)).toBe(path)
  })

  test.each(invalid)('%j is none', (path) => {
    expect(isDocumentPath(path)).toBe(false)
    expect(codeOf(path)).toBe('document_path_invalid')
  })

  test.each([undefined, null, 7, {}, ['users/u_1'], Symbol('users')])('%o is none', (path) => {
    expect(codeOf(path)).toBe('document_path_invalid')
  })

  test('below hookline/ belongs to Hookline, and beside it to anybody', () => {
    expect(codeOf('hookline/events/evt_1')).toBe('document_path_reserved')
    expect(codeOf('hookline/x')).toBe('document_path_reserved')
    expect(codeOf('hookline2/x')).toBeUndefined()
    expect(codeOf('my/hookline/x')).toBeUndefined()
  })

  test('is shown in the error cut short, so that a huge one fills no log', () => {
    expect(() => checkDocumentPath(`${'a'.repeat(10_000)}*`)).toThrow(/^.{1,600}$/s)
  })
})
