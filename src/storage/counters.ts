/**
 * Counts of what is rare enough to count in a row of its own: fenced attempts, conflicts,
 * crashes.
 */
import { asNumber, firstRow, type Program, rows } from './program.ts'

export type Counter = 'conflicts' | 'fenced' | 'crashed' | 'keys'

export const countUpSql = `insert into counters (name, value) values ($1, 1)
  on conflict (name) do update set value = counters.value + 1`

export function* countUp(name: Counter): Program<void> {
  yield* rows(countUpSql, name)
}

export function* counter(name: Counter): Program<number> {
  const row = yield* firstRow('select value from counters where name = $1', name)
  return row ? asNumber(row.value) : 0
}
