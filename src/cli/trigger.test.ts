import { expect, test } from 'vitest'
import { parseSet } from './trigger.ts'

test.each([
  ['amount=999', { amount: 999 }],
  ['livemode=true', { livemode: true }],
  ['name=Ada Lovelace', { name: 'Ada Lovelace' }],
  ['text="999"', { text: '999' }],
  ['items=[1,{"a":null}]', { items: [1, { a: null }] }],
  ['equation=a=b', { equation: 'a=b' }],
  ['empty=', { empty: '' }],
  ['zip=01234', { zip: '01234' }],
])('--set %s', (pair, expected) => {
  expect(parseSet([pair])).toEqual(expected)
})

test('a number that would be rounded stays the text that was written', () => {
  expect(parseSet(['id=12345678901234567890', 'rate=1e400'])).toEqual({
    id: '12345678901234567890',
    rate: '1e400',
  })
})

test('a path named __proto__ changes nothing but itself', () => {
  const set = parseSet(['__proto__={"polluted":true}'])
  expect(Object.hasOwn(set, '__proto__')).toBe(true)
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test.each(['amount', '=5', ''])("'%s' is no path and value", (pair) => {
  expect(() => parseSet([pair])).toThrow('Write it as --set')
})
