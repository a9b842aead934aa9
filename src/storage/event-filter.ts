/** A filter of events as SQL, and where in the order of storing its events can be at all. */
import { statusSql } from './events.ts'
import { firstSeqSince } from './first-seq.ts'
import { asNumber, firstRow, orNull, type Program, rows } from './program.ts'
import type { EventFilter, EventStatus, SqlValue } from './storage.ts'

/** Clocks step, and those of several machines differ: so far from its place an event may be. */
const clockSlackMs = 10 * 60_000
/** Up to so many deliveries are looked for one by one; more are met soon on the way. */
const fewDeliveries = 5_000

/** Both ends are part of it. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface FilterSql {
  readonly where: string
  readonly values: SqlValue[]
}

/** Continues a statement that has these values already. */
export function filterSql(filter: EventFilter, before: readonly SqlValue[]): FilterSql {
  const values = [...before]
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

/**
 * Where the events that match can be, the newest span first. Nothing outside of the spans matches,
 * so that a source that is silent, or a type that is rare, is not searched for everywhere.
 */
export function* spansOf(filter: EventFilter): Program<Span[]> {
  const all = yield* timeSpan(filter)
  if (filter.source === undefined && filter.type === undefined) return [all].filter(isSpan)
  const rolled = yield* rolledUpTo()
  const known = yield* knownSpan(filter)
  const fresh = { from: Math.max(all.from, rolled + 1), to: all.to }
  const older = {
    from: Math.max(all.from, known?.from ?? Number.POSITIVE_INFINITY),
    to: Math.min(all.to, rolled, known?.to ?? 0),
  }
  return [fresh, older].filter(isSpan)
}

function isSpan({ from, to }: Span): boolean {
  return from <= to
}

function* timeSpan({ since, until }: EventFilter): Program<Span> {
  const oldest = yield* firstRow('select coalesce(min(seq), 1) as seq from events')
  const newest = yield* firstRow('select coalesce(max(seq), 0) as seq from events')
  return {
    from: since === undefined ? asNumber(oldest?.seq) : yield* firstSeqSince(since - clockSlackMs),
    to:
      until === undefined
        ? asNumber(newest?.seq)
        : Math.min(asNumber(newest?.seq), yield* firstSeqSince(until + clockSlackMs)),
  }
}

/** Events up to here are in `event_types`; see event-types.ts. */
export function* rolledUpTo(): Program<number> {
  const row = yield* firstRow(`select value from counters where name = 'event_types'`)
  return row ? asNumber(row.value) : 0
}

function* knownSpan({ source, type }: EventFilter): Program<Span | undefined> {
  const values = [source, type].filter((value) => value !== undefined)
  const where = [
    ...(source === undefined ? [] : ['source = $1']),
    ...(type === undefined ? [] : [`type = $${values.length}`]),
  ]
  const row = yield* firstRow(
    `select min(first_seq) as first, max(last_seq) as last from event_types
      where ${where.join(' and ')}`,
    ...values,
  )
  const from = orNull(asNumber, row?.first)
  return from === null ? undefined : { from, to: asNumber(row?.last) }
}

const openStates: readonly EventStatus[] = ['ready', 'running', 'failed', 'parked']

/**
 * The events of the few deliveries in this state, which alone can have this status. Undefined where
 * they are not few, or the status is one that deliveries at rest give.
 */
export function* fewWithStatus(status: EventStatus | undefined): Program<string | undefined> {
  if (status === undefined || !openStates.includes(status)) return undefined
  // The state as text in the statement, so that the partial index of that state answers it.
  const found = yield* rows(
    `select 1 as one from deliveries where state = '${status}' limit ${fewDeliveries + 1}`,
  )
  if (found.length > fewDeliveries) return undefined
  return `id in (select event_id from deliveries where state = '${status}')`
}
