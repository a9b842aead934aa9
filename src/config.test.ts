import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { checkSchema, loadConfig, usesPostgres } from './config.ts'

function load(environment: Record<string, string>) {
  return loadConfig({ environment, directory: tmpdir() })
}

test('a schema is named by the environment, or left to the app', () => {
  expect(load({}).schema).toBeUndefined()
  expect(load({ HOOKLINE_SCHEMA: 'billing_hooks' }).schema).toBe('billing_hooks')
})

test.each(['', 'Hooks', '1st', 'a-b', 'a"; drop', 'x'.repeat(64)])(
  'the schema %j is refused, and it is said where it came from',
  (schema) => {
    expect(() => checkSchema('hookline({ schema })', schema)).toThrow(/^hookline\(\{ schema \}\)/)
  },
)

test.each([
  ['postgres://localhost/app', true],
  ['PostgreSQL://localhost/app', true],
  ['data/hookline.db', false],
])('the database %s can be shared by processes: %s', (database, expected) => {
  expect(usesPostgres(load({ HOOKLINE_DATABASE: database }))).toBe(expected)
})

test('a password is taken as its hash, and never the password itself', () => {
  const hash =
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
  const read = (text: string) => load({ HOOKLINE_ADMIN_PASSWORD_HASH: text }).adminPasswordHash
  expect(read(hash)).toMatchObject({ memoryKib: 256, passes: 2, parallelism: 1 })
  expect(load({}).adminPasswordHash).toBeUndefined()
  for (const wrong of ['correct horse', '=19=256', hash.slice(0, 40)]) {
    expect(() => read(wrong)).toThrow(/is no Argon2id hash/)
    expect(() => read(wrong)).not.toThrow(wrong)
  }
})
