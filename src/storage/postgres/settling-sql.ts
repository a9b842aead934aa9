/** The statements in which a group of settlements is written: one for each table. */
import type { Row, Statement } from '../program.ts'
import type { SqlValue } from '../storage.ts'
import { columnLists } from './binary.ts'

/** As values of single statements, of which each takes one. */
type Rows = readonly (readonly SqlValue[])[]

/** To undo it is the only way back to what was deferred. */
export const checkDeferred = [
  'savepoint checked',
  'set constraints all immediate',
  'rollback to savepoint checked',
  'release savepoint checked',
]

export const savepoint = bare('savepoint settled')
export const releaseSavepoint = bare('release savepoint settled')

export function bare(text: string): Statement {
  return { text, values: [] }
}

/** Whatever the app sets for the transaction, the commit waits for the disk. */
const set = `pg_catalog.set_config('search_path', $1, true),
  pg_catalog.set_config('synchronous_commit', 'on', true)`

/** From here on names are looked for in these schemas. */
export function lookIn(searchPath: string): Statement {
  return { text: `select ${set}`, values: [searchPath] }
}

/**
 * Likewise. A statement that left other names behind would change the meaning of the next; then
 * this fails, as a division by zero, and each is settled by itself.
 */
export function lookBack({ app, own }: { app: string; own: string }): Statement {
  const text = `select 1 / (pg_catalog.current_setting('search_path') = $2)::int, ${set}`
  return { text, values: [own, app] }
}

/** In the order given, which is that of the log. */
export function insertChanges(changes: Rows): Statement[] {
  if (changes.length === 0) return []
  const text = `insert into changes (path, type, data, version, changed_at, event_id)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[],
      $6::text[])`
  const types = ['text', 'text', 'text', 'bigint', 'bigint', 'text'] as const
  return [{ text, values: columnLists(changes, types) }]
}

export function insertAttempts(attempts: Rows): Statement[] {
  if (attempts.length === 0) return []
  const text = `insert into attempts
      (delivery_id, number, id, started_at, ended_at, outcome, error)
    select * from unnest($1::text[], $2::int[], $3::text[], $4::bigint[], $5::bigint[],
      $6::text[], $7::text[])
    on conflict (delivery_id, number) do update set outcome = excluded.outcome,
      ended_at = excluded.ended_at
      where attempts.outcome <> 'fenced' or excluded.outcome <> 'crashed'`
  const types = ['text', 'integer', 'text', 'bigint', 'bigint', 'text', 'text'] as const
  return [{ text, values: columnLists(attempts, types) }]
}

/** A small table would be read from end to end, with all that its rows have been before. */
const indexesAlone = bare('set local enable_seqscan = off')
const anyPlan = bare('reset enable_seqscan')

export function updateDeliveries(ended: readonly Row[]): Statement[] {
  if (ended.length === 0) return []
  const text = `update deliveries set state = ended.state, due_at = ended.due_at,
      parked_on = ended.parked_on, last_error = ended.last_error, updated_at = ended.updated_at,
      crashes = 0, lease_until = null
    from unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[])
      as ended(seq, state, due_at, parked_on, last_error, updated_at)
    where deliveries.seq = ended.seq`
  const values = ended.map(({ seq, state, due_at, parked_on, last_error, updated_at }) => {
    return [seq, state, due_at, parked_on, last_error, updated_at].map((value) => value ?? null)
  })
  const types = ['bigint', 'text', 'bigint', 'text', 'text', 'bigint'] as const
  const update = { text, values: columnLists(values, types), isPlannedAnew: true }
  return [indexesAlone, update, anyPlan]
}

/** Deliveries parked on these paths are due as soon as the documents appear. */
export function releaseParked(paths: ReadonlySet<string>, now: number): Statement[] {
  if (paths.size === 0) return []
  const text = `update deliveries set state = 'ready', due_at = $2, updated_at = $2,
      parked_on = null
    where state = 'parked' and parked_on = any($1::text[])`
  return [{ text, values: [[...paths], now], isPlannedAnew: true }]
}
