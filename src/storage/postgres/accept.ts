/**
 * Accepts the events of many requests in one statement, which is a transaction by itself: one
 * message there and one back. What repeats a stored event is looked up afterwards. The outcome per
 * event is that of `events.acceptEvents`, which the conformance suite holds both to.
 */
import { hash } from 'node:crypto'
import { equalBytes } from '../../base/bytes.ts'
import { newId } from '../../base/ids.ts'
import { countUp } from '../counters.ts'
import { acceptedChange } from '../events.ts'
import { asBytes, asText, orNull, type Program, type Row, type Statement } from '../program.ts'
import type { AcceptedEvent, NewEvent } from '../storage.ts'
import { bigintList, bytesList, integerList, textList } from './binary.ts'
import { atOnce, type Connections, transaction } from './lanes.ts'

interface Arrived {
  readonly event: NewEvent
  readonly id: string
  readonly hash: Buffer
}

/** Each request gets its own part of the answer. */
export async function acceptRequests(
  lanes: Connections,
  requests: readonly (readonly NewEvent[])[],
  runsMax: number,
): Promise<AcceptedEvent[][]> {
  const accepted = await acceptAtOnce(lanes, requests.flat(), runsMax)
  let at = 0
  return requests.map(({ length }) => {
    at += length
    return accepted.slice(at - length, at)
  })
}

async function acceptAtOnce(
  lanes: Connections,
  events: readonly NewEvent[],
  runsMax: number,
): Promise<AcceptedEvent[]> {
  if (events.length === 0) return []
  const arrived = events.map((event) => ({
    event,
    id: newId('evt', event.receivedAt),
    hash: hash('sha256', event.body, 'buffer'),
  }))
  const [answer] = await atOnce(lanes, [insert(arrived, lanes.clock?.now() ?? null)], runsMax)
  const repeated = new Set(answer?.[1]?.split(',').map(Number))
  if (repeated.size === 0) return arrived.map(({ id }) => accepted(id))
  return await transaction(lanes, () => answers(arrived, repeated))
}

function accepted(id: string): AcceptedEvent {
  return { id, duplicate: false, conflict: false }
}

/**
 * The keys first, in one order everywhere, so that two groups can not deadlock. All else is joined
 * with the keys that were free, and so comes behind their rows: see horizon.ts. Numbers are given
 * in the order in which the events came. The answer has the places of those that are repeats.
 */
function insertSql(hasDeliveries: boolean): string {
  const deliveries = `delivered as (
    insert into deliveries
        (id, event_id, target, order_key, state, due_at, created_at, updated_at)
      select d.id, d.event_id, target, order_key, 'ready', now, now, now
      from unnest($15::text[], $16::text[], $17::text[], $18::text[]) with ordinality
        as d(id, event_id, target, order_key, n), clock
      where (d.event_id in (select event_id from taken)) is true order by n),`
  return `with clock as materialized (
    select coalesce($1::bigint, floor(extract(epoch from clock_timestamp()) * 1000)::bigint) as now
  ), arrived as materialized (
    select * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
      $8::bigint[], $9::text[], $10::bytea[], $11::text[], $12::text[], $13::int[], $14::int[])
        with ordinality as t(id, source, dedupe_key, type, mode, received_at, occurred_at, headers,
          body_hash, verified_with, change, at, bytes, n)
  ), taken as (
    insert into dedupe_keys (source, dedupe_key, event_id, received_at)
      select source, dedupe_key, id, received_at from arrived
      order by source collate "C", dedupe_key collate "C", n
      on conflict (source, dedupe_key) do nothing returning event_id
  ), fresh as materialized (
    select * from arrived where (id in (select event_id from taken)) is true order by n
  ), stored as (
    insert into events
        (id, source, dedupe_key, type, mode, received_at, occurred_at, headers, body, body_hash,
          verified_with)
      select id, source, dedupe_key, type, mode, received_at, occurred_at, headers,
        substring($${hasDeliveries ? 19 : 15}::bytea from at for bytes), body_hash, verified_with
      from fresh),
  ${hasDeliveries ? deliveries : ''} told as (
    insert into changes (path, type, data, version, changed_at)
      select 'hookline/events/' || id, 'set', change, 1, now from fresh, clock)
  select current_setting('synchronous_commit'),
    (select string_agg((n - 1)::text, ',') from arrived
      where (id in (select event_id from taken)) is not true)`
}

const insertEvents = insertSql(false)
const insertEventsAndDeliveries = insertSql(true)

function insert(arrived: readonly Arrived[], now: number | null): Statement {
  const events = arrived.map(({ event }) => event)
  const ids = arrived.map(({ id }) => id)
  const wanted = arrived.flatMap(({ id, event }) =>
    event.deliveries.map((delivery) => ({ ...delivery, eventId: id })),
  )
  const deliveries = [
    textList(wanted.map(() => newId('dlv', events[0]?.receivedAt ?? 0))),
    textList(wanted.map(({ eventId }) => eventId)),
    textList(wanted.map(({ target }) => target)),
    textList(wanted.map(({ orderKey }) => orderKey)),
  ]
  const hasDeliveries = wanted.length > 0
  return {
    text: hasDeliveries ? insertEventsAndDeliveries : insertEvents,
    values: [
      now,
      textList(ids),
      textList(events.map(({ source }) => source)),
      textList(events.map(({ dedupeKey }) => dedupeKey)),
      textList(events.map(({ type }) => type)),
      textList(events.map(({ mode }) => mode)),
      bigintList(events.map(({ receivedAt }) => receivedAt)),
      bigintList(events.map(({ occurredAt }) => occurredAt)),
      textList(events.map(({ headers }) => JSON.stringify(headers))),
      bytesList(arrived.map(({ hash }) => hash)),
      textList(events.map(({ verifiedWith }) => verifiedWith ?? null)),
      textList(arrived.map(({ id, event }) => JSON.stringify(acceptedChange(id, event).data))),
      ...places(events),
      ...(hasDeliveries ? deliveries : []),
      Buffer.concat(events.map(({ body }) => body)),
    ],
  }
}

/** All bodies are one value with their places, so that a list of them is not held twice. */
function places(events: readonly NewEvent[]): Buffer[] {
  let offset = 1
  const offsets = events.map(({ body }) => {
    offset += body.byteLength
    return offset - body.byteLength
  })
  return [integerList(offsets), integerList(events.map(({ body }) => body.byteLength))]
}

function* answers(
  arrived: readonly Arrived[],
  repeated: ReadonlySet<number>,
): Program<AcceptedEvent[]> {
  const first = yield* firstOf(arrived.filter((_, i) => repeated.has(i)))
  const answered: AcceptedEvent[] = []
  for (const [i, { id, event, hash }] of arrived.entries()) {
    if (!repeated.has(i)) {
      answered.push(accepted(id))
      continue
    }
    const row = first.get(`${event.source}\n${event.dedupeKey}`)
    const storedHash = orNull(asBytes, row?.body_hash)
    const conflict = storedHash !== null && !equalBytes(storedHash, hash)
    if (conflict) yield* countUp('conflicts')
    answered.push({ id: asText(row?.event_id), duplicate: true, conflict })
  }
  return answered
}

/** The stored events that these repeat, by source and key. */
function* firstOf(repeated: readonly Arrived[]): Program<Map<string, Row>> {
  const found: Row[] = yield {
    text: `select k.source, k.dedupe_key, k.event_id, e.body_hash
      from (select distinct * from unnest($1::text[], $2::text[]) as t(source, dedupe_key)) t
      join dedupe_keys k on k.source = t.source and k.dedupe_key = t.dedupe_key
      left join events e on e.id = k.event_id`,
    values: [
      repeated.map(({ event }) => event.source),
      repeated.map(({ event }) => event.dedupeKey),
    ],
  }
  return new Map(found.map((row) => [`${asText(row.source)}\n${asText(row.dedupe_key)}`, row]))
}
