/**
 * Accepts many events in a handful of statements: each insert takes all rows at once. The outcome
 * per
 * event is that of `events.acceptEvents`, which the conformance suite holds both to.
 */
import { createHash } from 'node:crypto'
import { equalBytes } from '../../base/bytes.ts'
import { newId } from '../../base/ids.ts'
import { countUp } from '../counters.ts'
import { acceptedChange } from '../events.ts'
import { asBytes, asText, type Context, orNull, type Program, type Row } from '../program.ts'
import type { AcceptedEvent, NewEvent, SqlValue } from '../storage.ts'

type Column = readonly SqlValue[]

interface Arrived {
  readonly event: NewEvent
  readonly id: string
  readonly hash: Buffer
}

export function* acceptEventsAtOnce(
  { now }: Context,
  events: readonly NewEvent[],
): Program<AcceptedEvent[]> {
  const arrived = events.map((event) => ({
    event,
    id: newId('evt', now),
    hash: createHash('sha256').update(event.body).digest(),
  }))
  const isNew = yield* takeKeys(arrived)
  const fresh = arrived.filter(({ id }) => isNew.has(id))
  if (fresh.length > 0) {
    yield* insertEvents(fresh)
    yield* insertDeliveries(fresh, now)
    yield* insertChanges(fresh, now)
  }
  const repeated = arrived.filter(({ id }) => !isNew.has(id))
  const first = yield* firstOf(repeated)
  return yield* answers(arrived, isNew, first)
}

/**
 * The ids of those whose key nobody had. In one order everywhere, so that two batches can not
 * deadlock.
 */
function* takeKeys(arrived: readonly Arrived[]): Program<Set<string>> {
  const ordered = [...arrived].sort((a, b) => compareKeys(a.event, b.event))
  const taken = yield* all(
    `insert into dedupe_keys (source, dedupe_key, event_id, received_at)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
      on conflict (source, dedupe_key) do nothing returning event_id`,
    ordered.map(({ event }) => event.source),
    ordered.map(({ event }) => event.dedupeKey),
    ordered.map(({ id }) => id),
    ordered.map(({ event }) => event.receivedAt),
  )
  return new Set(taken.map((row) => asText(row.event_id)))
}

function compareKeys(a: NewEvent, b: NewEvent): number {
  const [keyA, keyB] = [`${a.source}\n${a.dedupeKey}`, `${b.source}\n${b.dedupeKey}`]
  return keyA < keyB ? -1 : keyA > keyB ? 1 : 0
}

/**
 * All bodies travel as one value with their places: an array of bytes is written out twice as
 * long.
 */
function* insertEvents(fresh: readonly Arrived[]): Program<void> {
  let offset = 1
  const offsets = fresh.map(({ event }) => {
    const at = offset
    offset += event.body.byteLength
    return at
  })
  yield {
    text: `insert into events
        (id, source, dedupe_key, type, mode, received_at, occurred_at, headers, body, body_hash,
          verified_with)
      select id, source, dedupe_key, type, mode, received_at, occurred_at, headers,
        substring($9::bytea from at for bytes), decode(hash, 'hex'), verified_with
      from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
        $7::bigint[], $8::text[], $10::int[], $11::int[], $12::text[], $13::text[])
        as t(id, source, dedupe_key, type, mode, received_at, occurred_at, headers, at, bytes,
          hash, verified_with)`,
    values: columns(
      fresh.map(({ id }) => id),
      fresh.map(({ event }) => event.source),
      fresh.map(({ event }) => event.dedupeKey),
      fresh.map(({ event }) => event.type),
      fresh.map(({ event }) => event.mode),
      fresh.map(({ event }) => event.receivedAt),
      fresh.map(({ event }) => event.occurredAt),
      fresh.map(({ event }) => JSON.stringify(event.headers)),
    ).concat(
      Buffer.concat(fresh.map(({ event }) => event.body)),
      columns(
        offsets,
        fresh.map(({ event }) => event.body.byteLength),
        fresh.map(({ hash }) => hash.toString('hex')),
        fresh.map(({ event }) => event.verifiedWith ?? null),
      ),
    ),
  }
}

function* insertDeliveries(fresh: readonly Arrived[], now: number): Program<void> {
  const wanted = fresh.flatMap(({ id, event }) =>
    event.deliveries.map((delivery) => ({ ...delivery, eventId: id, id: newId('dlv', now) })),
  )
  if (wanted.length === 0) return
  yield* all(
    `insert into deliveries (id, event_id, target, order_key, state, due_at, created_at, updated_at)
      select id, event_id, target, order_key, 'ready', at, at, at
      from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
        as t(id, event_id, target, order_key, at)`,
    wanted.map(({ id }) => id),
    wanted.map(({ eventId }) => eventId),
    wanted.map(({ target }) => target),
    wanted.map(({ orderKey }) => orderKey),
    wanted.map(() => now),
  )
}

function* insertChanges(fresh: readonly Arrived[], now: number): Program<void> {
  const changes = fresh.map(({ id, event }) => acceptedChange(id, event))
  yield* all(
    `insert into changes (path, type, data, version, changed_at)
      select path, 'set', data, 1, at from unnest($1::text[], $2::text[], $3::bigint[])
        as t(path, data, at)`,
    changes.map(({ path }) => path),
    changes.map(({ data }) => JSON.stringify(data)),
    changes.map(() => now),
  )
}

/** The stored events that these repeat, by source and key. */
function* firstOf(repeated: readonly Arrived[]): Program<Map<string, Row>> {
  if (repeated.length === 0) return new Map()
  const found = yield* all(
    `select k.source, k.dedupe_key, k.event_id, e.body_hash
      from (select distinct * from unnest($1::text[], $2::text[]) as t(source, dedupe_key)) t
      join dedupe_keys k on k.source = t.source and k.dedupe_key = t.dedupe_key
      left join events e on e.id = k.event_id`,
    repeated.map(({ event }) => event.source),
    repeated.map(({ event }) => event.dedupeKey),
  )
  return new Map(found.map((row) => [`${asText(row.source)}\n${asText(row.dedupe_key)}`, row]))
}

function* answers(
  arrived: readonly Arrived[],
  isNew: ReadonlySet<string>,
  first: ReadonlyMap<string, Row>,
): Program<AcceptedEvent[]> {
  const accepted: AcceptedEvent[] = []
  for (const { id, event, hash } of arrived) {
    if (isNew.has(id)) {
      accepted.push({ id, duplicate: false, conflict: false })
      continue
    }
    const row = first.get(`${event.source}\n${event.dedupeKey}`)
    const storedHash = orNull(asBytes, row?.body_hash)
    const conflict = storedHash !== null && !equalBytes(storedHash, hash)
    if (conflict) yield* countUp('conflicts')
    accepted.push({ id: asText(row?.event_id), duplicate: true, conflict })
  }
  return accepted
}

function* all(text: string, ...list: Column[]): Program<Row[]> {
  return yield { text, values: columns(...list) }
}

/** A column of values is one parameter; the driver writes it as an array. */
function columns(...list: Column[]): SqlValue[] {
  return list as unknown as SqlValue[] // connect.ts passes arrays on as PostgreSQL's
}
