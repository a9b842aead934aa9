/**
 * Programs by which a worker takes deliveries under a lease, keeps the lease, and knows when to
 * look again.
 */
import { hash } from 'node:crypto'
import { equalBytes } from '../base/bytes.ts'
import { recordFenced, writeAttempt } from './attempts.ts'
import { countUp } from './counters.ts'
import { announceDelivery } from './deliveries.ts'
import { toStoredEvent } from './events.ts'
import {
  asBytes,
  asNumber,
  asText,
  type Context,
  firstRow,
  type Program,
  placeholders,
  type Row,
  rows,
} from './program.ts'
import type { ClaimedDelivery, ClaimOptions, Lease } from './storage.ts'

/**
 * What a delivery is parked on when the process died too often while running it; no document has
 * this path.
 */
export const poison = 'hookline/poison'

/**
 * An earlier open delivery with the same target and key holds this one back, and so does any that
 * runs: that may be a later one, where this one had failed and a person asked for it again.
 */
export const notHeldBack = `(d.order_key is null or (
  not exists (select 1 from deliveries earlier
    where earlier.target = d.target and earlier.order_key = d.order_key and earlier.seq < d.seq
      and earlier.state in ('ready', 'running', 'parked'))
  and not exists (select 1 from deliveries other
    where other.target = d.target and other.order_key = d.order_key and other.state = 'running')))`

export interface Claimed {
  readonly claimed: ClaimedDelivery[]
  /** How many were parked as poison instead. */
  readonly parked: number
}

export function* claimDeliveries(context: Context, options: ClaimOptions): Program<Claimed> {
  if (options.targets.length === 0) return { claimed: [], parked: 0 }
  const parked = yield* takeBackExpired(context, options)
  // First, because a backlog of fresh ones would otherwise hold them back for as long as it lasts.
  const most = Math.min(options.suspects, options.limit)
  const suspects = most > 0 ? yield* claim(context, options, 'd.crashes > 0', most) : []
  const room = options.limit - suspects.length
  const fresh = room > 0 ? yield* claim(context, options, 'd.crashes = 0', room) : []
  return { claimed: yield* withEvents(context, [...fresh, ...suspects]), parked }
}

/**
 * A lease that ran out means that its process died or stood still: the attempt is counted as
 * crashed. Gives the number of deliveries parked as poison.
 */
function* takeBackExpired({ now, dialect }: Context, options: ClaimOptions): Program<number> {
  let parked = 0
  const expired = yield* rows(
    `select * from deliveries where state = 'running' and lease_until <= $1
      and target in (${placeholders(options.targets.length, 2)})
      order by lease_until limit ${options.limit} ${dialect.skipLocked}`,
    now,
    ...options.targets,
  )
  for (const row of expired) {
    const isPoison = asNumber(row.crashes) + 1 >= options.crashesMax
    const taken = yield* firstRow(
      `update deliveries set crashes = crashes + 1, state = $2, parked_on = $3, due_at = $4,
        updated_at = $4, lease_until = null, last_error = $5 where id = $1 returning *`,
      asText(row.id),
      isPoison ? 'parked' : 'ready',
      isPoison ? poison : null,
      now,
      'The process ended, or stood still past its lease, during this attempt.',
    )
    yield* countUp('crashed')
    yield* writeAttempt(row, { now, outcome: 'crashed', error: null })
    if (!taken || !isPoison) continue
    yield* announceDelivery(now, taken)
    parked++
  }
  return parked
}

function* claim(
  { now, dialect }: Context,
  options: ClaimOptions,
  which: string,
  limit: number,
): Program<Row[]> {
  // What this sees of its key has ended, perhaps after this transaction began.
  const startedAt = dialect.statementTimeMs ?? '$1'
  const found = yield* rows(
    // Materialized, because a planner that ran the select again would take more rows than it may.
    `with due as materialized (
        select d.seq from deliveries d
        where d.state = 'ready' and d.due_at <= $1 and ${which}
          and d.target in (${placeholders(options.targets.length, 3)}) and ${notHeldBack}
        order by d.due_at, d.seq limit ${limit} ${dialect.skipLocked})
      update deliveries set state = 'running', attempts = attempts + 1, token = token + 1,
        started_at = ${startedAt}, lease_until = ${startedAt} + $2, updated_at = ${startedAt}
      where seq in (select seq from due) returning *`,
    now,
    options.leaseMs,
    ...options.targets,
  )
  // The order of `returning` is not that of the select.
  return found.sort((a, b) => asNumber(a.seq) - asNumber(b.seq))
}

function* withEvents({ dialect }: Context, claimed: readonly Row[]): Program<ClaimedDelivery[]> {
  const ids = [...new Set(claimed.map((row) => asText(row.event_id)))]
  if (ids.length === 0) return []
  const found: Row[] = yield dialect.lists
    ? { text: 'select * from events where id = any($1::text[])', values: [ids] }
    : { text: `select * from events where id in (${placeholders(ids.length, 1)})`, values: ids }
  const events = new Map(found.map((row) => [asText(row.id), row]))
  return claimed.map((row) => toClaimed(row, events.get(asText(row.event_id))))
}

export function toClaimed(row: Row, stored: Row | undefined): ClaimedDelivery {
  return {
    id: asText(row.id),
    target: asText(row.target),
    token: asNumber(row.token),
    attempt: asNumber(row.attempts),
    tries: asNumber(row.attempts) - asNumber(row.retried_from),
    crashes: asNumber(row.crashes),
    startedAt: asNumber(row.started_at),
    event: stored && isIntact(stored) ? toStoredEvent(stored) : undefined,
  }
}

function isIntact(stored: Row): boolean {
  return equalBytes(hash('sha256', asBytes(stored.body), 'buffer'), asBytes(stored.body_hash))
}

export function* renewLeases(
  { now }: Context,
  leases: readonly Lease[],
  leaseMs: number,
): Program<string[]> {
  const lost: string[] = []
  for (const { id, token } of leases) {
    const held = yield* firstRow(
      `update deliveries set lease_until = $3
        where id = $1 and token = $2 and state = 'running' and lease_until > $4 returning id`,
      id,
      token,
      now + leaseMs,
      now,
    )
    if (held || (yield* wasSettled(id, token))) continue
    yield* recordFenced(now, { id, token })
    lost.push(id)
  }
  return lost
}

/** Settled by this very attempt a moment ago: not held any more, and not lost either. */
function* wasSettled(id: string, token: number): Program<boolean> {
  const row = yield* firstRow(
    `select id from deliveries where id = $1 and token = $2 and state <> 'running'`,
    id,
    token,
  )
  return row !== undefined
}

export function* dueInMs(
  { now }: Context,
  targets: readonly string[],
): Program<number | undefined> {
  if (targets.length === 0) return undefined
  const mine = `target in (${placeholders(targets.length, 1)})`
  const fresh = yield* firstReady('d.crashes = 0', targets)
  const suspect = yield* firstReady('d.crashes > 0', targets)
  const leased = yield* firstRow(
    `select lease_until as at from deliveries where state = 'running' and ${mine}
      order by lease_until limit 1`,
    ...targets,
  )
  const times = [fresh, suspect, leased].flatMap((row) => (row ? [asNumber(row.at)] : []))
  return times.length > 0 ? Math.max(Math.min(...times) - now, 0) : undefined
}

function firstReady(which: string, targets: readonly string[]): Program<Row | undefined> {
  return firstRow(
    `select d.due_at as at from deliveries d
      where d.state = 'ready' and ${which} and d.target in (${placeholders(targets.length, 1)})
        and ${notHeldBack} order by d.due_at limit 1`,
    ...targets,
  )
}
