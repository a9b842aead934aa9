/** Programs that accept events and read one back. Lists of them are in event-list.ts. */
import { createHash } from 'node:crypto'
import { equalBytes } from '../base/bytes.ts'
import { newId } from '../base/ids.ts'
import type { JsonObject } from '../base/json.ts'
import { writeChange } from './changes.ts'
import { countUp } from './counters.ts'
import { insertDeliveries } from './deliveries.ts'
import {
  asBytes,
  asNumber,
  asText,
  type Context,
  firstRow,
  orNull,
  type Program,
  type Row,
  rows,
} from './program.ts'
import type { AcceptedEvent, EventStatus, NewEvent, StoredEvent } from './storage.ts'

/** The status of an event is derived from its deliveries, worst first. */
export const statusSql = `coalesce((
  select case
    when sum(case when state = 'failed' then 1 else 0 end) > 0 then 'failed'
    when sum(case when state = 'running' then 1 else 0 end) > 0 then 'running'
    when sum(case when state = 'ready' then 1 else 0 end) > 0 then 'ready'
    when sum(case when state = 'parked' then 1 else 0 end) > 0 then 'parked'
    when count(*) > 0 then 'done'
  end from deliveries where event_id = events.id), 'unhandled')`

export function* acceptEvents(
  context: Context,
  events: readonly NewEvent[],
): Program<AcceptedEvent[]> {
  const accepted: AcceptedEvent[] = []
  for (const event of events) accepted.push(yield* acceptEvent(context, event))
  return accepted
}

/**
 * The primary key of `dedupe_keys` is the deduplication: insert first, look only where that found
 * a row.
 */
function* acceptEvent({ now }: Context, event: NewEvent): Program<AcceptedEvent> {
  const id = newId('evt', now)
  const isNew = yield* firstRow(
    `insert into dedupe_keys (source, dedupe_key, event_id, received_at) values ($1, $2, $3, $4)
      on conflict (source, dedupe_key) do nothing returning event_id`,
    event.source,
    event.dedupeKey,
    id,
    event.receivedAt,
  )
  const bodyHash = createHash('sha256').update(event.body).digest()
  if (!isNew) return yield* acceptRepeated(event, bodyHash)
  yield* rows(
    `insert into events
      (id, source, dedupe_key, type, mode, received_at, occurred_at, headers, body, body_hash)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    id,
    event.source,
    event.dedupeKey,
    event.type,
    event.mode,
    event.receivedAt,
    event.occurredAt,
    JSON.stringify(event.headers),
    event.body,
    bodyHash,
  )
  yield* insertDeliveries(id, event.deliveries, now)
  const { path, data } = acceptedChange(id, event)
  yield* writeChange(now, path, 'set', data, 1)
  return { id, duplicate: false, conflict: false }
}

/** The line in the change log by which a list of events stays live. */
export function acceptedChange(id: string, event: NewEvent): { path: string; data: JsonObject } {
  const { source, type, mode, deliveries } = event
  const status: EventStatus = deliveries.length > 0 ? 'ready' : 'unhandled'
  return { path: `hookline/events/${id}`, data: { id, source, type, mode, status } }
}

function* acceptRepeated(event: NewEvent, bodyHash: Buffer): Program<AcceptedEvent> {
  const first = yield* firstRow(
    `select dedupe_keys.event_id, events.body_hash from dedupe_keys
      left join events on events.id = dedupe_keys.event_id
      where dedupe_keys.source = $1 and dedupe_keys.dedupe_key = $2`,
    event.source,
    event.dedupeKey,
  )
  const storedHash = orNull(asBytes, first?.body_hash)
  const conflict = storedHash !== null && !equalBytes(storedHash, bodyHash)
  if (conflict) yield* countUp('conflicts')
  return { id: asText(first?.event_id), duplicate: true, conflict }
}

export function* event(id: string): Program<(StoredEvent & { status: EventStatus }) | undefined> {
  const row = yield* firstRow(`select *, ${statusSql} as status from events where id = $1`, id)
  // The status is one of statusSql's.
  return row && { ...toStoredEvent(row), status: asText(row.status) as EventStatus }
}

export function toStoredEvent(row: Row): StoredEvent {
  return {
    id: asText(row.id),
    source: asText(row.source),
    type: asText(row.type),
    dedupeKey: asText(row.dedupe_key),
    mode: row.mode === 'live' ? 'live' : 'test',
    receivedAt: asNumber(row.received_at),
    occurredAt: orNull(asNumber, row.occurred_at),
    headers: JSON.parse(asText(row.headers)), // written by acceptEvent
    body: asBytes(row.body),
  }
}
