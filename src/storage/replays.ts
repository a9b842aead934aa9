/** Programs that handle stored events again: one event, or all that match a filter, resumably. */
import { newId } from '../base/ids.ts'
import { writeChange } from './changes.ts'
import { insertDeliveries, toDelivery } from './deliveries.ts'
import { countEvents, eventsAfter } from './event-list.ts'
import { pageOf } from './page.ts'
import {
  asNumber,
  asText,
  type Context,
  firstRow,
  orNull,
  type Program,
  placeholders,
  type Row,
  rows,
} from './program.ts'
import type {
  Delivery,
  EventFilter,
  NewDelivery,
  Page,
  Paged,
  Replay,
  StoredEvent,
} from './storage.ts'

export function* replayEvent(
  { now }: Context,
  eventId: string,
  targets: readonly NewDelivery[],
): Program<Delivery[] | undefined> {
  const known = yield* firstRow('select id from events where id = $1', eventId)
  if (!known) return undefined
  const ids = yield* insertDeliveries(eventId, targets, now)
  if (ids.length === 0) return []
  const made = yield* rows(
    `select * from deliveries where id in (${placeholders(ids.length, 1)}) order by seq`,
    ...ids,
  )
  return made.map(toDelivery)
}

export interface NewReplay {
  readonly filter: EventFilter
  readonly targets: readonly string[] | null
  readonly perSecond: number | null
}

/** What is stored now is replayed; events that arrive later are not. */
export function* createReplay(
  { now }: Context,
  { filter, targets, perSecond }: NewReplay,
): Program<Replay> {
  const newest = yield* firstRow('select coalesce(max(seq), 0) as seq from events')
  const row = yield* firstRow(
    `insert into replays (id, state, filter, targets, position, last, matched, replayed,
        per_second, created_at, updated_at)
      values ($1, 'running', $2, $3, 0, $4, $5, 0, $6, $7, $7) returning *`,
    newId('rpl', now),
    JSON.stringify(filter),
    targets && JSON.stringify(targets),
    asNumber(newest?.seq),
    yield* countEvents(filter),
    perSecond,
    now,
  )
  return yield* announced(now, row as Row) // an insert gives back its row
}

/**
 * The new deliveries and the position commit together, so that a killed replay goes on where it
 * was.
 */
export function* advanceReplay(
  { now, dialect }: Context,
  limit: number,
  targetsOf: (event: StoredEvent) => readonly NewDelivery[],
): Program<Replay | undefined> {
  const row = yield* firstRow(
    `select * from replays where state = 'running' order by seq limit 1 ${dialect.forUpdate}`,
  )
  if (!row) return undefined
  const allowed = Math.min(limit, allowance(row, now))
  if (allowed === 0) return toReplay(row)
  const filter = JSON.parse(asText(row.filter)) as EventFilter // written by createReplay
  // Likewise.
  const only = row.targets === null ? null : (JSON.parse(asText(row.targets)) as string[])
  const last = asNumber(row.last)
  const batch = yield* eventsAfter(filter, {
    after: asNumber(row.position),
    last,
    limit: allowed,
  })
  for (const event of batch.events) {
    const targets = targetsOf(event).filter(({ target }) => !only || only.includes(target))
    yield* insertDeliveries(event.id, targets, now)
  }
  const advanced = yield* firstRow(
    `update replays set position = $2, replayed = replayed + $3, state = $4, updated_at = $5
      where id = $1 returning *`,
    asText(row.id),
    batch.position,
    batch.events.length,
    batch.position >= last ? 'done' : 'running',
    // What was allowed and not needed, to look at events that do not match, is not saved up.
    now,
  )
  return yield* announced(now, advanced as Row) // the row was just read in this transaction
}

/** How many events the time since the last step allows, whichever process took that. */
function allowance(row: Row, now: number): number {
  const perSecond = orNull(asNumber, row.per_second)
  if (perSecond === null) return Number.POSITIVE_INFINITY
  return Math.floor((Math.max(0, now - asNumber(row.updated_at)) * perSecond) / 1_000)
}

/** The line in the change log by which its progress stays live. */
function* announced(now: number, row: Row): Program<Replay> {
  const replay = toReplay(row)
  const { id, state, matched, replayed } = replay
  const path = `hookline/replays/${id}`
  yield* writeChange(now, path, 'set', { id, state, matched, replayed }, replayed + 1)
  return replay
}

export function* replay(id: string): Program<Replay | undefined> {
  const row = yield* firstRow('select * from replays where id = $1', id)
  return row && toReplay(row)
}

export function* replays(page: Page): Program<Paged<Replay>> {
  const found = yield* rows(
    `select * from replays where seq < $1 order by seq desc limit ${page.limit + 1}`,
    Number(page.cursor ?? Number.MAX_SAFE_INTEGER),
  )
  return pageOf(found, page.limit, toReplay, (row) => String(row.seq))
}

export function cancelReplay(context: Context, id: string): Program<Replay | undefined> {
  return moveReplay(context, id, { from: ['running', 'paused'], to: 'cancelled' })
}

export function pauseReplay(context: Context, id: string): Program<Replay | undefined> {
  return moveReplay(context, id, { from: ['running'], to: 'paused' })
}

export function resumeReplay(context: Context, id: string): Program<Replay | undefined> {
  return moveReplay(context, id, { from: ['paused'], to: 'running' })
}

function* moveReplay(
  { now }: Context,
  id: string,
  { from, to }: { from: readonly Replay['state'][]; to: Replay['state'] },
): Program<Replay | undefined> {
  const row = yield* firstRow(
    `update replays set state = $2, updated_at = $3
      where id = $1 and state in (${placeholders(from.length, 4)}) returning *`,
    id,
    to,
    now,
    ...from,
  )
  return row && (yield* announced(now, row))
}

function toReplay(row: Row): Replay {
  return {
    id: asText(row.id),
    state: asText(row.state) as Replay['state'], // only this file writes it
    matched: asNumber(row.matched),
    replayed: asNumber(row.replayed),
    perSecond: orNull(asNumber, row.per_second),
    filter: JSON.parse(asText(row.filter)), // written by createReplay, as are the targets
    targets: row.targets === null ? null : JSON.parse(asText(row.targets)),
    createdAt: asNumber(row.created_at),
    updatedAt: asNumber(row.updated_at),
  }
}
