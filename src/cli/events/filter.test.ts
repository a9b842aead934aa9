import { expect, test } from 'vitest'
import { filterOf, isEmpty, parseTime } from './filter.ts'

const now = Date.parse('2026-02-01T12:00:00.000Z')

test.each([
  ['30s', '2026-02-01T11:59:30.000Z'],
  ['15m', '2026-02-01T11:45:00.000Z'],
  ['2h', '2026-02-01T10:00:00.000Z'],
  ['7d', '2026-01-25T12:00:00.000Z'],
  ['2026-01-31T08:00:00Z', '2026-01-31T08:00:00.000Z'],
  ['2026-01-31T08:00:00+02:00', '2026-01-31T06:00:00.000Z'],
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
])('the time %s is %s', (text, expected) => {
  expect(new Date(parseTime(text, now)).toISOString()).toBe(expected)
})

test.each(['', 'noon', '12', '2 h', '-2h', '2026', '2026-13-01T00:00:00Z', '1700000000'])(
  "'%s' is no time",
  (text) => {
    expect(() => parseTime(text, now)).toThrow('It is a time such as')
  },
)

test('only what was given is in the filter', () => {
  const options = { source: 'stripe', status: 'failed' as const, json: true, limit: 5 }
  expect(filterOf(options)).toEqual({ source: 'stripe', status: 'failed' })
  expect(isEmpty(filterOf({}))).toBe(true)
  expect(isEmpty(filterOf({ q: 'x' }))).toBe(false)
})
