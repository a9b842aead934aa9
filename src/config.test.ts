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
