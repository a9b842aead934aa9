/**
 * An SQL text with `$1` placeholders as a statement of `node:sqlite`. Refuses a text of several
 * statements, of which SQLite would run the first and forget the others.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { HooklineError } from '../base/errors.ts'
import { type Row, withoutNul } from './program.ts'
import type { SqlValue } from './storage.ts'

/** Runs one statement, with `$1`, `$2`, … for the values, and gives its rows. */
export type Run = (text: string, ...values: SqlValue[]) => Row[]

export interface Prepared {
  readonly statement: StatementSync
  /** For each `?` of the translated text, the index of its value. */
  readonly order: readonly number[]
  readonly returnsRows: boolean
}

/** Text, quoted names and comments, in which nothing is a placeholder; or a placeholder. */
const placeholderPattern = /'[^']*'|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\d+)/g
const blankPattern = /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*$/

export function prepareStatement(db: DatabaseSync, text: string): Prepared {
  const order: number[] = []
  // Node 22 binds no numbered placeholders by position, so each becomes a `?` with its order kept.
  const plain = text.replace(placeholderPattern, (found, number?: string) => {
    if (number === undefined) return found
    order.push(Number(number) - 1)
    return '?'
  })
  const statement = db.prepare(plain)
  refuseMore(plain.slice(statement.sourceSQL.length))
  return { statement, order, returnsRows: statement.columns().length > 0 }
}

/** @param values a list for a value, which PostgreSQL has, is in no statement of SQLite's. */
export function runPrepared(prepared: Prepared, values: readonly unknown[]): Row[] {
  const { statement, order, returnsRows } = prepared
  const bound: SqlValue[] = []
  for (const index of order) {
    const value = (values[index] ?? null) as SqlValue
    bound.push(typeof value === 'string' ? withoutNul(value) : value)
  }
  // node:sqlite gives plain column records.
  if (returnsRows) return statement.all(...bound) as Row[]
  statement.run(...bound)
  return noRows
}

const noRows: Row[] = []

function refuseMore(rest: string): void {
  if (blankPattern.test(rest)) return
  throw new HooklineError(
    'payload_invalid',
    'The SQL text goes on after its first statement. Only one statement can be run at a time, so ' +
      'the others would be lost. Give each its own tx.sql.',
  )
}
