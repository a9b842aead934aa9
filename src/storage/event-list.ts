/**
 * Programs that list and count events. A list looks at a bounded number of events for one page,
 * however rare what it looks for is: its page may be short, and says where the next one goes on.
 */
import { type FilterSql, fewWithStatus, filterSql, type Span, spansOf } from './event-filter.ts'
import { statusSql, toStoredEvent } from './events.ts'
import { asNumber, asText, firstRow, orNull, type Program, type Row, rows } from './program.ts'
import type { EventFilter, EventStatus, EventSummary, Page, Paged, StoredEvent } from './storage.ts'

/** Events looked at by one statement, and by all statements of one page. */
const windowRows = 5_000
const pageRowsMax = 50_000

const summaryColumns = `seq, id, source, type, dedupe_key, mode, received_at, occurred_at,
  length(body) as bytes, ${statusSql} as status`

export function* events(filter: EventFilter, page: Page): Program<Paged<EventSummary>> {
  const named = yield* eventNamed(filter)
  if (named) return { data: [toEventSummary(named)], next: null }
  const few = yield* fewWithStatus(filter.status)
  const before = Number(page.cursor ?? Number.MAX_SAFE_INTEGER)
  const found: Row[] = []
  let looked = 0
  for (const span of yield* spansOf(filter)) {
    for (const window of windowsOf(span, before, few === undefined ? windowRows : undefined)) {
      if (looked >= pageRowsMax) return pageUpTo(found, page.limit, window.to + 1)
      const wanted = page.limit + 1 - found.length
      found.push(...(yield* eventsIn(window, { filter, few, limit: wanted })))
      if (found.length > page.limit) return pageUpTo(found, page.limit, undefined)
      if (few === undefined) looked += window.to - window.from + 1
    }
  }
  return pageUpTo(found, page.limit, undefined)
}

/** A whole id is looked up and not searched for. */
function* eventNamed(filter: EventFilter): Program<Row | undefined> {
  if (!/^evt_[0-9A-Z]{26}$/.test(filter.q ?? '')) return undefined
  const { where, values } = filterSql(filter, [filter.q ?? ''])
  return yield* firstRow(`select ${summaryColumns} from events where id = $1${where}`, ...values)
}

/** From the newest to the oldest. Without `rowsMax` it is one. */
function windowsOf(span: Span, before: number, rowsMax = Number.MAX_SAFE_INTEGER): Span[] {
  const windows: Span[] = []
  let to = Math.min(span.to, before - 1)
  // One more than a page may look at, to say where the next one begins.
  while (to >= span.from && windows.length <= pageRowsMax / windowRows) {
    const from = Math.max(span.from, to - rowsMax + 1)
    windows.push({ from, to })
    to = from - 1
  }
  return windows
}

function* eventsIn(
  { from, to }: Span,
  { filter, few, limit }: { filter: EventFilter; few: string | undefined; limit: number },
): Program<Row[]> {
  const { where, values } = filterSql(filter, [from, to])
  return yield* rows(
    `select ${summaryColumns} from events
      where seq >= $1 and seq <= $2${few === undefined ? '' : ` and ${few}`}${where}
      order by seq desc limit ${limit}`,
    ...values,
  )
}

/** @param lookedTo where the search was broken off, if it was. */
function pageUpTo(
  found: readonly Row[],
  limit: number,
  lookedTo: number | undefined,
): Paged<EventSummary> {
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  const isMore = found.length > limit && last !== undefined
  const next = isMore ? asNumber(last.seq) : lookedTo
  return { data: shown.map(toEventSummary), next: next === undefined ? null : String(next) }
}

export function* countEvents(filter: EventFilter): Program<number> {
  const few = yield* fewWithStatus(filter.status)
  let count = 0
  for (const { from, to } of yield* spansOf(filter)) {
    const { where, values } = filterSql(filter, [from, to])
    const row = yield* firstRow(
      `select count(*) as n from events
        where seq >= $1 and seq <= $2${few === undefined ? '' : ` and ${few}`}${where}`,
      ...values,
    )
    count += asNumber(row?.n)
  }
  return count
}

export interface Batch {
  readonly events: readonly StoredEvent[]
  /** How far was looked. */
  readonly position: number
}

/** Events after a position, oldest first, within one window: what a replay walks over. */
export function* eventsAfter(
  filter: EventFilter,
  range: { after: number; last: number; limit: number },
): Program<Batch> {
  const spans = (yield* spansOf(filter)).reverse()
  const span = spans.find(({ to }) => to > range.after)
  const from = Math.max(range.after + 1, span?.from ?? 0)
  if (!span || from > range.last) return { events: [], position: range.last }
  const to = Math.min(span.to, range.last, from + windowRows - 1)
  const { where, values }: FilterSql = filterSql(filter, [from, to])
  const found = yield* rows(
    `select * from events where seq >= $1 and seq <= $2${where} order by seq limit ${range.limit}`,
    ...values,
  )
  const isWhole = found.length < range.limit
  return {
    events: found.map(toStoredEvent),
    position: isWhole ? to : asNumber(found.at(-1)?.seq),
  }
}

export function* lastEvent(source: string): Program<EventSummary | undefined> {
  for (const { from, to } of yield* spansOf({ source })) {
    const row = yield* firstRow(
      `select ${summaryColumns} from events where seq >= $1 and seq <= $2 and source = $3
        order by seq desc limit 1`,
      from,
      to,
      source,
    )
    if (row) return toEventSummary(row)
  }
  return undefined
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
