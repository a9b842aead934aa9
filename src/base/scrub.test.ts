import { expect, test } from 'vitest'
import { errorText } from './errors.ts'
import { type Log, plainLog } from './log.ts'
import { addSecretFinder, rememberSecret, scrub } from './scrub.ts'

const secret = 'kq+7/known-secret=of?this&process'
rememberSecret(secret)

const forms = {
  raw: secret,
  base64: Buffer.from(secret).toString('base64'),
  base64url: Buffer.from(secret).toString('base64url'),
  hexadecimal: Buffer.from(secret).toString('hex'),
  'upper-case hexadecimal': Buffer.from(secret).toString('hex').toUpperCase(),
  'URL-encoded': encodeURIComponent(secret),
}

test.each(Object.entries(forms))('a known secret is taken out in its %s form', (_, form) => {
  expect(scrub(`before ${form} after, and ${form}`)).not.toContain(form)
  expect(scrub(`before ${form} after`)).toMatch(/^before \[secret\]=* after$/)
})

test('other text stays as it is, and a word is no secret', () => {
  rememberSecret('short')
  expect(scrub('a short text of this process')).toBe('a short text of this process')
})

test('what looks like a key is taken out though nobody knows it', () => {
  addSecretFinder((text) => text.match(/look_[a-z]{8}/g) ?? [])
  expect(scrub('with look_abcdefgh in it')).toBe('with [secret] in it')
})

test('the text of an error holds no known secret, also at the place where it is cut', () => {
  expect(errorText(new Error(`refused ${secret}`))).not.toContain(secret)
  const cut = errorText(`${'x'.repeat(90)}${secret}`, 100)
  expect(cut).not.toContain(secret.slice(0, 6))
})

test('a line holds neither a secret nor the value of a field that is not of the list', () => {
  const lines: string[] = []
  const act = (log: Log) => {
    const unlisted = { authorization: 'Bearer of-somebody' }
    log.warn(`a message with ${secret}`, { detail: `a field with ${secret}`, ...unlisted })
  }
  act(plainLog((line) => lines.push(line)))
  expect(lines.join('')).toContain('detail=a field with [secret]')
  expect(lines.join('')).not.toMatch(/known-secret|somebody/)
  expect(lines.join('')).toContain('authorization=[not listed]')
})
