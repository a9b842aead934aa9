/** Programs that count. What can be large is counted from the ends of its index, not row by row. */
import { newestCursor } from './changes.ts'
import { counter } from './counters.ts'
import { asNumber, type Context, firstRow, type Program, placeholders, rows } from './program.ts'
import type { DeliveryState, Stats } from './storage.ts'

/** Rows that are looked at for some of the sources, from the newest. */
export const statsCountedMax = 10_000

/** @param sources of these alone; of all where they are not given. */
export function* stats(context: Context, sources?: readonly string[]): Program<Stats> {
  const targets = targetsOf(sources)
  const open = yield* openDeliveries(targets)
  const all = yield* spanOf('deliveries', targets)
  return {
    events: yield* spanOf('events', eventsOf(sources)),
    deliveries: {
      ...open,
      ended: Math.max(0, all - open.ready - open.running - open.parked - open.failed),
    },
    oldestReadyMs: yield* oldestReadyMs(context, targets),
    fenced: yield* counter('fenced'),
    crashed: yield* counter('crashed'),
    conflicts: yield* counter('conflicts'),
    cursor: yield* newestCursor(context),
  }
}

/** Empty text: all rows. */
interface Only {
  readonly sql: string
  readonly values: readonly string[]
}

function eventsOf(sources: readonly string[] | undefined): Only {
  if (!sources) return { sql: '', values: [] }
  const listed = sources.length > 0 ? `source in (${placeholders(sources.length, 1)})` : 'false'
  return { sql: listed, values: sources }
}

/** A target is a source, a slash and the name of a handler. */
function targetsOf(sources: readonly string[] | undefined): Only {
  if (!sources) return { sql: '', values: [] }
  const each = sources.map(
    (source, i) => `substr(target, 1, ${[...source].length + 1}) = $${i + 1}`,
  )
  const sql = each.length > 0 ? `(${each.join(' or ')})` : 'false'
  return { sql, values: sources.map((source) => `${source}/`) }
}

function and({ sql }: Only): string {
  return sql === '' ? '' : ` and ${sql}`
}

function* oldestReadyMs({ now }: Context, only: Only): Program<number> {
  const oldest = yield* firstRow(
    `select due_at from deliveries where state = 'ready'${and(only)} order by due_at limit 1`,
    ...only.values,
  )
  return oldest ? Math.max(0, now - asNumber(oldest.due_at)) : 0
}

function* openDeliveries(only: Only): Program<Omit<Stats['deliveries'], 'ended'>> {
  const counts = { ready: 0, running: 0, parked: 0, failed: 0 }
  for (const state of Object.keys(counts) as (keyof typeof counts & DeliveryState)[]) {
    // The state as text in the statement, so that the partial index of that state answers it.
    const row = yield* firstRow(
      `select count(*) as n from deliveries where state = '${state}'${and(only)}`,
      ...only.values,
    )
    counts[state] = asNumber(row?.n)
  }
  return counts
}

/**
 * Rows between the first and the last sequence number: exact where none was pruned out of order.
 * Of some sources: those among the newest, as no index knows how many there are.
 */
function* spanOf(table: 'events' | 'deliveries', only: Only): Program<number> {
  if (only.sql !== '') return yield* countNewest(table, only)
  const first = yield* rows(`select seq from ${table} order by seq limit 1`)
  const last = yield* rows(`select seq from ${table} order by seq desc limit 1`)
  return first[0] && last[0] ? asNumber(last[0].seq) - asNumber(first[0].seq) + 1 : 0
}

function* countNewest(table: 'events' | 'deliveries', only: Only): Program<number> {
  const row = yield* firstRow(
    `select count(*) as n from ${table} where ${only.sql}
      and seq > (select coalesce(max(seq), 0) from ${table}) - ${statsCountedMax}`,
    ...only.values,
  )
  return asNumber(row?.n)
}
