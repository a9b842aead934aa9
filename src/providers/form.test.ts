import { expect, test } from 'vitest'
import { parseForm, readForm } from './form.ts'

test('fields are decoded, in order and with repeats', () => {
  expect(readForm('b=1&a=x+y%2Bz&b=&c=%E4%B8%96%00=')).toEqual([
    ['b', '1'],
    ['a', 'x y+z'],
    ['b', ''],
    ['c', '世\0='],
  ])
  expect(readForm('')).toEqual([])
})

test('a payload has a list where a name comes several times, and no prototype of a sender', () => {
  expect(parseForm('a=1&b=2&a=3')).toEqual({ a: ['1', '3'], b: '2' })
  const payload = parseForm('__proto__=1&constructor=2') ?? {}
  expect(Object.keys(payload)).toEqual(['__proto__', 'constructor'])
  expect(Object.getPrototypeOf(payload)).toBe(Object.prototype)
})

test.each([
  'a',
  'a=1&',
  '&a=1',
  'a=1&&b=2',
  '=1',
  'a=1&b',
  'a=%2',
  'a=%zz',
  'a=%ff',
  'a=1 2',
  'a=é',
  'a=1\n',
  'a=1\0',
  '{"a":"="}',
  '["="]',
  'a="1"',
  '\ufeffa=1',
])('what is not written as a form is none: %j', (text) => {
  expect(readForm(text)).toBeUndefined()
  expect(parseForm(text)).toBeUndefined()
})
