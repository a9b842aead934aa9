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

export function* countTypes({ now, dialect }: Context, limit: number): Program<number> {
  yield* rows(`insert into counters (name, value) values ('event_types', 0)
    on conflict (name) do nothing`)
  const held = yield* firstRow(
    `select value from counters where name = 'event_types' ${dialect.forUpdate}`,
  )
  const found = yield* rows(
    `select seq, source, type, received_at from events where seq > $1 order by seq limit ${limit}`,
    asNumber(held?.value),
  )
  const settled = dialect.name === 'sqlite' ? found : found.filter(isBefore(now - commitMsMax))
  const last = settled.at(-1)
  if (!last) return 0
  for (const group of groupsOf(settled)) yield* addGroup(group)
  yield* rows(`update counters set value = $1 where name = 'event_types'`, asNumber(last.seq))
  return settled.length
}

function isBefore(at: number) {
  let isPast = false
  return (row: Row) => {
    isPast ||= asNumber(row.received_at) >= at
    return !isPast
  }
}

interface Group {
  readonly source: string
  readonly type: string
  received: number
  readonly firstSeq: number
  lastSeq: number
  lastAt: number
}

/** In the order of their keys, so that two processes never wait for one another in a ring. */
function groupsOf(found: readonly Row[]): Group[] {
  const groups = new Map<string, Group>()
  for (const row of found) {
    const [source, type, seq] = [asText(row.source), asText(row.type), asNumber(row.seq)]
    const key = JSON.stringify([source, type])
    const group = groups.get(key) ?? {
      ...{ source, type, received: 0, firstSeq: seq, lastSeq: seq, lastAt: 0 },
    }
    group.received++
    group.lastSeq = seq
    group.lastAt = Math.max(group.lastAt, asNumber(row.received_at))
    groups.set(key, group)
  }
  return [...groups.values()]
}

function* addGroup(group: Group): Program<void> {
  yield* rows(
    `insert into event_types (source, type, received, first_seq, last_seq, last_at)
      values ($1, $2, $3, $4, $5, $6)
      on conflict (source, type) do update set received = event_types.received + $3,
        last_seq = $5, last_at = case when event_types.last_at > $6 then event_types.last_at
          else $6 end,
        first_seq = case when event_types.first_seq < $4 then event_types.first_seq else $4 end`,
    group.source,
    group.type,
    group.received,
    group.firstSeq,
    group.lastSeq,
    group.lastAt,
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
