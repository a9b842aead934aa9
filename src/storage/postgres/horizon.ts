/**
 * How far the change log can be read. Sequence order is not commit order: a transaction that took
 * cursor 4 may commit after one that took 5 has been read, and a reader at 5 would never see 4. So
 * nothing behind a gap is read until the gap is filled or all who could fill it have ended.
 */
import { asNumber, asText, firstRow, orNull, type Program, type Row, rows } from '../program.ts'

/** Rows that are counted through at once. */
const runMax = 10_000

export interface Horizon {
  /** Everything up to here is decided: committed and visible, or never to come. */
  cursor: number
  /**
   * The gap that is being waited for, and the transactions that had begun when it was first seen.
   */
  gap: { readonly after: number; readonly until: bigint } | undefined
  /** The end of the log when it was first seen, until it is known to be decided. */
  start: { readonly newest: number; readonly until: bigint } | undefined
}

/**
 * Begins at the end of the log once nobody is left who could still write before that end; the log
 * may be long, and its oldest row need not be the first that comes. Says whether that is so.
 */
export function* beginHorizon(horizon: Horizon): Program<boolean> {
  const [end] = yield* rows(
    `select coalesce(max(cursor), 0) as cursor, ${oldestColumn} from changes`,
  )
  const newest = asNumber(end?.cursor)
  horizon.start ??= { newest, until: yield* lastBegun() }
  leaveStart(horizon, BigInt(asText(end?.oldest)))
  return horizon.start === undefined
}

/**
 * Moves the horizon on as far as is safe. Every change is written after another row of its
 * transaction, so a transaction that has taken a cursor has its transaction id already.
 */
export function* advanceHorizon(horizon: Horizon): Program<void> {
  if (horizon.start) yield* beginHorizon(horizon)
  let next: Row | undefined
  do {
    yield* skipRun(horizon)
    next = yield* firstRow(
      `select cursor, ${oldestColumn} from changes where cursor > $1 order by cursor limit 1`,
      horizon.cursor,
    )
  } while (next && (yield* advance(horizon, next)))
}

/** Over the rows behind the horizon between which nothing is missing, which the server counts. */
function* skipRun(horizon: Horizon): Program<void> {
  const run = yield* firstRow(
    `select max(cursor) as cursor from (
        select cursor, row_number() over (order by cursor) as number
        from changes where cursor > $1 order by cursor limit ${runMax}) behind
      where cursor = $1 + number`,
    horizon.cursor,
  )
  const cursor = orNull(asNumber, run?.cursor) ?? 0
  // Another read of this process may have been here in between.
  if (cursor <= horizon.cursor) return
  horizon.cursor = cursor
  horizon.gap = undefined
}

/** Every transaction before this one has ended. */
const oldestColumn = 'pg_snapshot_xmin(pg_current_snapshot())::text as oldest'

/**
 * The id of this very transaction, taken now: all that had one before it have a smaller one. The
 * snapshot's own end would not do; it is the last to have ended, and others may have begun past it.
 */
function* lastBegun(): Program<bigint> {
  const [row] = yield* rows('select pg_current_xact_id()::text as id')
  return BigInt(asText(row?.id))
}

function leaveStart(horizon: Horizon, oldest: bigint): void {
  const { start } = horizon
  if (!start || oldest <= start.until) return
  horizon.cursor = Math.max(horizon.cursor, start.newest)
  horizon.start = undefined
}

/** Over this row, where that is safe. */
function* advance(horizon: Horizon, row: Row): Program<boolean> {
  const cursor = asNumber(row.cursor)
  // Another read of this process was here in between.
  if (cursor <= horizon.cursor) return true
  const isNext = cursor === horizon.cursor + 1
  if (!isNext && !(yield* isClosed(horizon, BigInt(asText(row.oldest))))) return false
  horizon.cursor = cursor
  horizon.gap = undefined
  return true
}

/** Whether nobody is left who could fill the gap right behind the horizon. */
function* isClosed(horizon: Horizon, oldest: bigint): Program<boolean> {
  const known = horizon.gap?.after === horizon.cursor ? horizon.gap : undefined
  if (known) return oldest > known.until
  const after = horizon.cursor
  horizon.gap = { after, until: yield* lastBegun() }
  return false
}
