/** Programs that count. What can be large is counted from the ends of its index, not row by row. */
import { newestCursor } from './changes.ts'
import { counter } from './counters.ts'
import { asNumber, type Context, firstRow, type Program, rows } from './program.ts'
import type { DeliveryState, Stats } from './storage.ts'

export function* stats(context: Context): Program<Stats> {
  const { now } = context
  const open = yield* openDeliveries()
  const all = yield* spanOf('deliveries')
  const oldest = yield* firstRow(
    `select due_at from deliveries where state = 'ready' order by due_at limit 1`,
  )
  return {
    events: yield* spanOf('events'),
    deliveries: {
      ...open,
      ended: Math.max(0, all - open.ready - open.running - open.parked - open.failed),
    },
    oldestReadyMs: oldest ? Math.max(0, now - asNumber(oldest.due_at)) : 0,
    fenced: yield* counter('fenced'),
    crashed: yield* counter('crashed'),
    conflicts: yield* counter('conflicts'),
    cursor: yield* newestCursor(context),
  }
}

function* openDeliveries(): Program<Omit<Stats['deliveries'], 'ended'>> {
  const counts = { ready: 0, running: 0, parked: 0, failed: 0 }
  for (const state of Object.keys(counts) as (keyof typeof counts & DeliveryState)[]) {
    // The state as text in the statement, so that the partial index of that state answers it.
    const row = yield* firstRow(`select count(*) as n from deliveries where state = '${state}'`)
    counts[state] = asNumber(row?.n)
  }
  return counts
}

/**
 * Rows between the first and the last sequence number: exact where none was pruned out of order.
 */
function* spanOf(table: 'events' | 'deliveries'): Program<number> {
  const first = yield* rows(`select seq from ${table} order by seq limit 1`)
  const last = yield* rows(`select seq from ${table} order by seq desc limit 1`)
  return first[0] && last[0] ? asNumber(last[0].seq) - asNumber(first[0].seq) + 1 : 0
}
