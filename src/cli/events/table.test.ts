import { expect, test } from 'vitest'
import { type Column, tableLines } from './table.ts'

interface Row {
  readonly id: string
  readonly type: string
}

const columns: readonly Column<Row>[] = [
  { title: 'ID', text: ({ id }) => id },
  { title: 'TYPE', text: ({ type }) => type, shrinksTo: 6 },
]
const rows: readonly Row[] = [
  { id: 'evt_1', type: 'payment_intent.succeeded' },
  { id: 'evt_22', type: 'push' },
]

test('columns are as wide as what they hold', () => {
  expect(tableLines(columns, rows, undefined)).toEqual([
    'ID      TYPE',
    'evt_1   payment_intent.succeeded',
    'evt_22  push',
  ])
})

test('a narrow terminal shortens the columns that may be, and no line is wider than it', () => {
  const lines = tableLines(columns, rows, 20)
  expect(lines).toEqual(['ID      TYPE', 'evt_1   payment_int…', 'evt_22  push'])
  expect(Math.max(...lines.map((line) => line.length))).toBe(20)
})

test('an id is never shortened', () => {
  expect(tableLines(columns, rows, 5)).toEqual(['ID      TYPE', 'evt_1   payme…', 'evt_22  push'])
})

test('a hostile cell stays in its line', () => {
  const [, line] = tableLines(columns, [{ id: 'evt_1', type: 'a\n\u001b[2Jb' }], undefined)
  expect(line).toBe('evt_1  a\\u{a}\\u{1b}[2Jb')
})
