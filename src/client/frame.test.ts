import { expect, test } from 'vitest'
import { parseFrame } from './frame.ts'

const parse = (type: string, data: unknown) =>
  parseFrame({ type, data: typeof data === 'string' ? data : JSON.stringify(data), id: '1' })
const document = { path: 'a', data: { n: 1 }, version: 1 }

test('a snapshot and both kinds of change are read', () => {
  const snapshot = { cursor: 1, documents: [document] }
  expect(parse('snapshot', snapshot)).toEqual({ type: 'snapshot', ...snapshot })
  const set = { cursor: 2, type: 'set', ...document }
  expect(parse('change', set)).toEqual(set)
  expect(parse('change', { ...set, type: 'deleted' })).toEqual({
    ...set,
    type: 'deleted',
    data: null,
  })
})

test('an event of a kind that is not known is passed over', () => {
  expect(parse('message', 'anything')).toBeUndefined()
})

test.each([
  ['snapshot', 'not JSON'],
  ['snapshot', 'null'],
  ['snapshot', { cursor: '1', documents: [] }],
  ['snapshot', { cursor: 1, documents: {} }],
  ['snapshot', { cursor: 1, documents: [null] }],
  ['change', { cursor: 1, type: 'moved', ...document }],
  ['change', { cursor: 1, type: 'set', path: 'a', data: {} }],
  ['change', { type: 'set', ...document }],
])('a %s that says %j is refused', (type, data) => {
  expect(() => parse(type, data)).toThrow(/^stream_unreadable: .* likely .* Bring both/)
})
