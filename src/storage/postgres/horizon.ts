/**
 * How far the change log can be read. Sequence order is not commit order: a transaction that took
 * cursor 4
 * may commit after one that took 5 has been read, and a reader at 5 would never see 4. So nothing
 * behind a
 * gap is read until the gap is filled or every transaction that could still fill it has ended.
 */
import { asNumber, asText, type Program, rows } from '../program.ts'

const lookedAtMax = 1_000

export interface Horizon {
  /** Everything up to here is decided: committed and visible, or never to come. */
  cursor: number
  /**
   * The gap that is being waited for, and the transactions that had begun when it was first seen.
   */
  gap: { readonly after: number; readonly until: bigint } | undefined
}

/** The change log may have been read and pruned for long; begin at its oldest row. */
export function* beginHorizon(horizon: Horizon): Program<void> {
  const [first] = yield* rows('select coalesce(min(cursor), 1) - 1 as cursor from changes')
  horizon.cursor = asNumber(first?.cursor)
}

/**
 * Moves the horizon on as far as is safe. Every change is written after another row of its
 * transaction, so
 * a transaction that has taken a cursor has its transaction id already: it is in this statement's
 * snapshot.
 */
export function* advanceHorizon(horizon: Horizon): Program<void> {
  const seen = yield* rows(
    `select cursor, pg_snapshot_xmin(pg_current_snapshot())::text as oldest,
        pg_snapshot_xmax(pg_current_snapshot())::text as next
      from changes where cursor > $1 order by cursor limit ${lookedAtMax}`,
    horizon.cursor,
  )
  for (const row of seen) {
    const cursor = asNumber(row.cursor)
    const isNext = cursor === horizon.cursor + 1
    if (!isNext && !isClosed(horizon, BigInt(asText(row.oldest)), BigInt(asText(row.next)))) return
    horizon.cursor = cursor
    horizon.gap = undefined
  }
}

/** Whether nobody is left who could fill the gap right behind the horizon. */
function isClosed(horizon: Horizon, oldest: bigint, next: bigint): boolean {
  const known = horizon.gap?.after === horizon.cursor ? horizon.gap : undefined
  if (known) return oldest >= known.until
  horizon.gap = { after: horizon.cursor, until: next }
  return oldest >= next
}
