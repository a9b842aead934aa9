/**
 * Which types each source sends, counted after the fact in the order of storing. It reads each
 * event once more, and costs the way of an event nothing.
 */
import { rolledUpTo } from './event-filter.ts'
import type { EventTypeCount } from './observed.ts'
import {
  asNumber,
  asText,
  type Context,
  firstRow,
  type Program,
  type Row,
  rows,
} from './program.ts'

/** Of one source, the largest; a source that sends more has ids in its types. */
const typesMax = 1_000
/**
 * On PostgreSQL an event may be committed after one that was stored later. By this time it is
 * there, or never comes.
 */
const commitMsMax = 30_000
/** Of what both engines keep as a sequence number. */
const seqMax = '9223372036854775807'

export function* countTypes({ now, dialect }: Context, limit: number): Program<number> {
  yield* rows(`insert into counters (name, value) values ('event_types', 0)
    on conflict (name) do nothing`)
  const held = yield* firstRow(
    `select value from counters where name = 'event_types' ${dialect.forUpdate}`,
  )
  const settledBefore = dialect.name === 'sqlite' ? Number.MAX_SAFE_INTEGER : now - commitMsMax
  const groups = yield* rows(countSql(limit), asNumber(held?.value), settledBefore)
  if (groups.length === 0) return 0
  for (const group of groups) yield* addGroup(group)
  const last = Math.max(...groups.map((group) => asNumber(group.last_seq)))
  yield* rows(`update counters set value = $1 where name = 'event_types'`, last)
  return groups.reduce((sum, group) => sum + asNumber(group.received), 0)
}

/**
 * Counted by the database, as a row of each event for us would take several times as long. In the
 * order of their keys, so that two processes never wait for one another in a ring.
 */
function countSql(limit: number): string {
  return `with next as (
      select seq, source, type, received_at from events where seq > $1 order by seq limit ${limit})
    select source, type, count(*) as received, min(seq) as first_seq, max(seq) as last_seq,
        max(received_at) as last_at from next
      where seq < coalesce((select min(seq) from next where received_at >= $2), ${seqMax})
      group by source, type order by source, type`
}

function* addGroup(group: Row): Program<void> {
  yield* rows(
    `insert into event_types (source, type, received, first_seq, last_seq, last_at)
      values ($1, $2, $3, $4, $5, $6)
      on conflict (source, type) do update set received = event_types.received + $3,
        last_seq = $5, last_at = case when event_types.last_at > $6 then event_types.last_at
          else $6 end,
        first_seq = case when event_types.first_seq < $4 then event_types.first_seq else $4 end`,
    asText(group.source),
    asText(group.type),
    asNumber(group.received),
    asNumber(group.first_seq),
    asNumber(group.last_seq),
    asNumber(group.last_at),
  )
}

export function* eventTypes(source: string): Program<EventTypeCount[]> {
  const known = yield* rows(
    `select type, received, last_at from event_types where source = $1
      order by received desc, type limit ${typesMax}`,
    source,
  )
  const fresh = yield* rows(
    `select type, count(*) as received, max(received_at) as last_at from events
      where seq > $1 and source = $2 group by type order by type limit ${typesMax}`,
    yield* rolledUpTo(),
    source,
  )
  const counts = new Map<string, EventTypeCount>()
  for (const row of [...known, ...fresh]) {
    const type = asText(row.type)
    const before = counts.get(type)
    counts.set(type, {
      type,
      received: asNumber(row.received) + (before?.received ?? 0),
      lastAt: Math.max(asNumber(row.last_at), before?.lastAt ?? 0),
    })
  }
  return [...counts.values()].sort((a, b) => b.lastAt - a.lastAt).slice(0, typesMax)
}
