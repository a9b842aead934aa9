/** What an event is in the database, and one read back. Lists of them are in event-list.ts. */
import type { JsonObject } from '../base/json.ts'
import { asBytes, asNumber, asText, firstRow, orNull, type Program, type Row } from './program.ts'
import type { EventStatus, NewEvent, StoredEvent } from './storage.ts'

/**
 * The status of an event is derived from its deliveries, worst first. Of several to one target the
 * newest counts: a replay that was done makes good what had failed.
 */
export const statusSql = `coalesce((
  select case
    when sum(case when state = 'failed' then 1 else 0 end) > 0 then 'failed'
    when sum(case when state = 'running' then 1 else 0 end) > 0 then 'running'
    when sum(case when state = 'ready' then 1 else 0 end) > 0 then 'ready'
    when sum(case when state = 'parked' then 1 else 0 end) > 0 then 'parked'
    when count(*) > 0 then 'done'
  end from deliveries d where d.event_id = events.id and not exists (
    select 1 from deliveries newer where newer.event_id = d.event_id
      and newer.target = d.target and newer.seq > d.seq)), 'unhandled')`

/** The line in the change log by which a list of events stays live. */
export function acceptedChange(id: string, event: NewEvent): { path: string; data: JsonObject } {
  const { source, type, mode, dedupeKey, receivedAt, deliveries } = event
  const status: EventStatus = deliveries.length > 0 ? 'ready' : 'unhandled'
  const bytes = event.body.byteLength
  const data = { id, source, type, mode, dedupeKey, receivedAt, bytes, status }
  return { path: `hookline/events/${id}`, data }
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
    verifiedWith: orNull(asText, row.verified_with),
  }
}
