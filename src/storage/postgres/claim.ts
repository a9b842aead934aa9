/**
 * Claims due deliveries in one message: the claim, the events and the commit. What is apart, leases
 * that ran out and deliveries that crashed, it leaves to `claim.claimDeliveries`.
 */
import { notHeldBack, toClaimed } from '../claim.ts'
import { asNumber, asText, type Program, type Row, type Statement } from '../program.ts'
import type { ClaimedDelivery, ClaimOptions } from '../storage.ts'
import { textList } from './binary.ts'
import { atOnce, type Connections, transaction } from './lanes.ts'
import type { Fields } from './pipeline.ts'

/** So long at most, while claims are full, it is not looked for what was due before others. */
const lookEveryMs = 500
/** A claim of fewer looks at everything each time. */
const fullClaimMin = 32
/** A delivery may be committed so long after the time from which it is due. */
const committedLateMs = 1_000

/** Where the claims of this process go on. */
export interface ClaimPosition {
  /** Those due before were taken already, but for what has come since. */
  dueFrom: number
  lookedAtMs: number
  wasFull: boolean
}

export function newClaimPosition(): ClaimPosition {
  return { dueFrom: 0, lookedAtMs: Number.NEGATIVE_INFINITY, wasFull: false }
}

/** Undefined where some delivery is apart; then nothing is claimed. */
export async function claimAtOnce(
  lanes: Connections,
  position: ClaimPosition,
  options: ClaimOptions,
): Promise<ClaimedDelivery[] | undefined> {
  if (options.targets.length === 0) return []
  const nowMs = performance.now()
  const isFresh = position.wasFull && nowMs - position.lookedAtMs < lookEveryMs
  const looks = lanes.clock !== undefined || options.limit < fullClaimMin || !isFresh
  const now = lanes.clock?.now()
  const found = await atOnce(lanes, [
    indexesAlone,
    claimStatement(options, { now, position, looks }),
  ])
  const [, isApart, oldest, isClaimed] = found[0] ?? []
  if (isApart === 'true') return undefined
  const claimed = isClaimed ? await toDeliveries(lanes, found) : []
  position.wasFull = claimed.length === options.limit
  if (looks) {
    position.lookedAtMs = nowMs
    position.dueFrom = Number(oldest ?? 0) - committedLateMs
  }
  return claimed
}

/**
 * The entries of deliveries that have ended stay in an index until it is cleaned up. A walk over
 * all of them would take longer with each claim, so that most begin where the last look has ended.
 */
function claimStatement(
  { limit, leaseMs, targets, suspects }: ClaimOptions,
  { now, position, looks }: { now: number | undefined; position: ClaimPosition; looks: boolean },
): Statement {
  return {
    text: claimSql,
    isBinary: true,
    values: [
      now ?? null,
      leaseMs,
      limit,
      textList(targets),
      looks ? 0 : position.dueFrom,
      looks ? 1 : 0,
      suspects,
    ],
  }
}

/** A plan is kept from when the tables were small, and would read all of them once they are not. */
const indexesAlone: Statement = {
  text: `select set_config('enable_seqscan', 'off', true)`,
  values: [],
}

const deliveryColumns = [
  ...['seq', 'id', 'event_id', 'target', 'token', 'attempts', 'retried_from', 'crashes'],
  'started_at',
]
const eventColumns = [
  ...['id', 'source', 'type', 'dedupe_key', 'mode', 'received_at', 'occurred_at', 'headers'],
  ...['verified_with', 'body_hash'],
]
/** Before them come what is said of the server and of all that is due. */
const columnsBefore = 3

/** An event that several deliveries are of is given with the first of them. */
const claimSql = `with clock as materialized (
    select coalesce($1::bigint, floor(extract(epoch from clock_timestamp()) * 1000)::bigint) as now
  ), look as materialized (
    select $6::int = 1 and (exists (
        select 1 from deliveries where state = 'running' and lease_until <= now
          and target = any($4::text[]))
      or $7::int > 0 and exists (
        select 1 from deliveries where state = 'ready' and crashes > 0 and due_at <= now
          and target = any($4::text[]))) as is_apart,
      case when $6::int = 1 then (
        select due_at from deliveries where state = 'ready' and crashes = 0
          order by due_at limit 1) end as oldest
    from clock
  ), due as materialized (
    select d.seq from deliveries d
      where d.state = 'ready' and d.crashes = 0 and d.due_at >= $5::bigint
        and d.due_at <= (select now from clock) and d.target = any($4::text[])
        and ${notHeldBack} and not (select is_apart from look)
      order by d.due_at, d.seq limit $3::int for update skip locked
  ), c as (
    update deliveries set state = 'running', attempts = attempts + 1, token = token + 1,
        started_at = (select now from clock), lease_until = (select now from clock) + $2::bigint,
        updated_at = (select now from clock)
      where seq = any(array(select seq from due))
      returning ${deliveryColumns.join(', ')}
  ), claimed as (
    select *, lag(event_id) over (order by seq) as event_before from c
  )
  select current_setting('synchronous_commit'), is_apart::text, oldest::text,
    ${deliveryColumns.map((name) => `d.${name}::text`).join(', ')},
    ${eventColumns.map((name) => `e.${name}::text`).join(', ')}, e.body
  from look left join claimed d on true
    left join events e on e.id = d.event_id and d.event_before is distinct from d.event_id`

async function toDeliveries(
  lanes: Connections,
  found: readonly Fields[],
): Promise<ClaimedDelivery[]> {
  const events = new Map<string, Row>()
  const deliveries: Row[] = []
  for (const fields of found) {
    deliveries.push(toRow(fields, deliveryColumns, columnsBefore))
    const event = toEvent(fields)
    if (event) events.set(asText(event.id), event)
  }
  // The order of `returning` is not that of the select.
  deliveries.sort((a, b) => asNumber(a.seq) - asNumber(b.seq))
  const claimed = deliveries.map((row) => toClaimed(row, events.get(asText(row.event_id))))
  if (claimed.every(({ event }) => event)) return claimed
  await readBytes(lanes, events)
  return deliveries.map((row) => toClaimed(row, events.get(asText(row.event_id))))
}

function toEvent(fields: Fields): Row | undefined {
  const event = toRow(fields, eventColumns, columnsBefore + deliveryColumns.length)
  if (event.id === null) return undefined
  const bodyHash = Buffer.from(asText(event.body_hash).slice('\\x'.length), 'hex')
  return { ...event, body: Buffer.from(fields.at(-1) ?? '', 'utf8'), body_hash: bodyHash }
}

function toRow(fields: Fields, names: readonly string[], from: number): Row {
  const row: Row = {}
  names.forEach((name, i) => {
    row[name] = fields[from + i] ?? null
  })
  return row
}

/**
 * The driver gives bytes as UTF-8, which bodies are, but for a few: those have another hash then,
 * and come once more.
 */
async function readBytes(lanes: Connections, events: ReadonlyMap<string, Row>): Promise<void> {
  const text = 'select id, body from events where id = any($1::text[])'
  const found = await transaction(lanes, function* (): Program<Row[]> {
    return yield { text, values: [textList([...events.keys()])] }
  })
  for (const { id, body } of found) {
    const event = events.get(asText(id))
    if (event) event.body = body ?? null
  }
}
