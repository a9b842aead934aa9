import { expect, test } from 'vitest'
import {
  childrenShownStep,
  closeAll,
  ExactNumber,
  openAll,
  parsePayload,
  rootOf,
  rowsOf,
} from './json-node.ts'

test('a tree as deep as a stack is not opens without one, and every level has its row', () => {
  const depth = 100_000
  const parsed = parsePayload('['.repeat(depth) + ']'.repeat(depth))
  const root = rootOf(parsed?.value ?? null)
  openAll(root, depth)
  expect(rowsOf(root)).toHaveLength(depth)
  closeAll(root)
  expect(rowsOf(root)).toHaveLength(2)
})

test('of a large array a part is shown, with how many are left', () => {
  const root = rootOf(Array.from({ length: 1_000 }, (_, i) => i))
  const rows = rowsOf(root)
  expect(rows).toHaveLength(1 + childrenShownStep + 1)
  expect(rows.at(-1)).toMatchObject({ kind: 'more', left: 1_000 - childrenShownStep })
})

test('rows come in the order of the text', () => {
  const names = rowsOf(rootOf({ a: { b: 1, c: [2] }, d: null })).map(({ node }) => node.name)
  expect(names).toEqual([undefined, 'a', 'b', 'c', '0', 'd'])
})

test('a number that no double holds keeps its digits, and others stay numbers', () => {
  const parsed = parsePayload('{"a":12345678901234567890,"b":1234567890123456}')
  expect(parsed?.value).toEqual({ a: new ExactNumber('12345678901234567890'), b: 1234567890123456 })
})

test('what is not JSON is no tree', () => {
  expect(parsePayload('a=b&c=d')).toBeUndefined()
})
