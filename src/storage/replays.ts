/** Programs that handle stored events again: one event, or all that match a filter, resumably. */
import { newId } from '../base/ids.ts'
import { insertDeliveries, toDelivery } from './deliveries.ts'
import { countEvents, eventsAfter } from './events.ts'
import { pageOf } from './page.ts'
import {
  asNumber,
  asText,
  type Context,
  firstRow,
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

/** What is stored now is replayed; events that arrive later are not. */
export function* createReplay(
  { now }: Context,
  filter: EventFilter,
  targets: readonly string[] | null,
): Program<Replay> {
  const newest = yield* firstRow('select coalesce(max(seq), 0) as seq from events')
  const row = yield* firstRow(
    `insert into replays
      (id, state, filter, targets, position, last, matched, replayed, created_at, updated_at)
      values ($1, 'running', $2, $3, 0, $4, $5, 0, $6, $6) returning *`,
    newId('rpl', now),
    JSON.stringify(filter),
    targets && JSON.stringify(targets),
    asNumber(newest?.seq),
    yield* countEvents(filter),
    now,
  )
  return toReplay(row as Row) // an insert gives back its row
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
  const filter = JSON.parse(asText(row.filter)) as EventFilter // written by createReplay
  // Likewise.
  const only = row.targets === null ? null : (JSON.parse(asText(row.targets)) as string[])
  const batch = yield* eventsAfter(filter, {
    after: asNumber(row.position),
    last: asNumber(row.last),
    limit,
  })
  for (const { event } of batch) {
    const targets = targetsOf(event).filter(({ target }) => !only || only.includes(target))
    yield* insertDeliveries(event.id, targets, now)
  }
  const advanced = yield* firstRow(
    `update replays set position = $2, replayed = replayed + $3, state = $4, updated_at = $5
      where id = $1 returning *`,
    asText(row.id),
    batch.at(-1)?.seq ?? asNumber(row.position),
    batch.length,
    batch.length < limit ? 'done' : 'running',
    now,
  )
  return toReplay(advanced as Row) // the row was just read in this transaction
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

export function* cancelReplay({ now }: Context, id: string): Program<Replay | undefined> {
  const row = yield* firstRow(
    `update replays set state = 'cancelled', updated_at = $2
      where id = $1 and state = 'running' returning *`,
    id,
    now,
  )
  return row && toReplay(row)
}

function toReplay(row: Row): Replay {
  return {
    id: asText(row.id),
    state: asText(row.state) as Replay['state'], // only this file writes it
    matched: asNumber(row.matched),
    replayed: asNumber(row.replayed),
    createdAt: asNumber(row.created_at),
    updatedAt: asNumber(row.updated_at),
  }
}
