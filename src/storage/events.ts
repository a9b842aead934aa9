/** Programs that accept events and read them back. */
import { createHash } from 'node:crypto'
import { equalBytes } from '../base/bytes.ts'
import { newId } from '../base/ids.ts'
import type { JsonObject } from '../base/json.ts'
import { writeChange } from './changes.ts'
import { countUp } from './counters.ts'
import { insertDeliveries } from './deliveries.ts'
import { pageOf } from './page.ts'
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
import type {
  AcceptedEvent,
  EventFilter,
  EventStatus,
  EventSummary,
  NewEvent,
  Page,
  Paged,
  SqlValue,
  StoredEvent,
} from './storage.ts'

/** The status of an event is derived from its deliveries, worst first. */
const statusSql = `coalesce((
  select case
    when sum(case when state = 'failed' then 1 else 0 end) > 0 then 'failed'
    when sum(case when state = 'running' then 1 else 0 end) > 0 then 'running'
    when sum(case when state = 'ready' then 1 else 0 end) > 0 then 'ready'
    when sum(case when state = 'parked' then 1 else 0 end) > 0 then 'parked'
    when count(*) > 0 then 'done'
  end from deliveries where event_id = events.id), 'unhandled')`

const summaryColumns = `seq, id, source, type, dedupe_key, mode, received_at, occurred_at,
  length(body) as bytes, ${statusSql} as status`

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

export function* events(filter: EventFilter, page: Page): Program<Paged<EventSummary>> {
  const { where, values } = filterSql(filter, [Number(page.cursor ?? Number.MAX_SAFE_INTEGER)])
  const found = yield* rows(
    `select ${summaryColumns} from events where seq < $1${where} order by seq desc limit ` +
      `${page.limit + 1}`,
    ...values,
  )
  return pageOf(found, page.limit, toEventSummary, (row) => String(row.seq))
}

export function* countEvents(filter: EventFilter): Program<number> {
  const { where, values } = filterSql(filter, [0])
  const row = yield* firstRow(`select count(*) as n from events where seq > $1${where}`, ...values)
  return asNumber(row?.n)
}

/** Events after a position, oldest first: what a replay walks over. */
export function* eventsAfter(
  filter: EventFilter,
  range: { after: number; last: number; limit: number },
): Program<{ seq: number; event: StoredEvent }[]> {
  const { where, values } = filterSql(filter, [range.after, range.last])
  const found = yield* rows(
    `select * from events
      where seq > $1 and seq <= $2${where} order by seq limit ${range.limit}`,
    ...values,
  )
  return found.map((row) => ({ seq: asNumber(row.seq), event: toStoredEvent(row) }))
}

export function* lastEvent(source: string): Program<EventSummary | undefined> {
  const row = yield* firstRow(
    `select ${summaryColumns} from events where source = $1 order by seq desc limit 1`,
    source,
  )
  return row && toEventSummary(row)
}

function filterSql(filter: EventFilter, values: SqlValue[]): { where: string; values: SqlValue[] } {
  let where = ''
  const add = (sql: (placeholder: string) => string, value: SqlValue | undefined) => {
    if (value === undefined) return
    values.push(value)
    where += ` and ${sql(`$${values.length}`)}`
  }
  add((p) => `source = ${p}`, filter.source)
  add((p) => `type = ${p}`, filter.type)
  add((p) => `mode = ${p}`, filter.mode)
  add((p) => `received_at >= ${p}`, filter.since)
  add((p) => `received_at < ${p}`, filter.until)
  add((p) => `${statusSql} = ${p}`, filter.status)
  add(
    (p) => `(lower(id) like ${p} escape '\\' or lower(type) like ${p} escape '\\'
      or lower(dedupe_key) like ${p} escape '\\')`,
    filter.q === undefined ? undefined : `%${filter.q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`,
  )
  return { where, values }
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

function toEventSummary(row: Row): EventSummary {
  return {
    id: asText(row.id),
    source: asText(row.source),
    type: asText(row.type),
    dedupeKey: asText(row.dedupe_key),
    mode: row.mode === 'live' ? 'live' : 'test',
    receivedAt: asNumber(row.received_at),
    occurredAt: orNull(asNumber, row.occurred_at),
    bytes: asNumber(row.bytes),
    status: asText(row.status) as EventStatus, // made by statusSql
  }
}
