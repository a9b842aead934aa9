/** Programs on the record of calls. Written in groups, read newest first, pruned oldest first. */

import { callTotals } from './call-totals.ts'
import {
  type Call,
  type CallFilter,
  type CallOutcome,
  type CallStorage,
  callTextCharactersMax,
  type NewCall,
} from './calls.ts'
import { writeChange } from './changes.ts'
import { pageOf } from './page.ts'
import type { Page, Paged } from './paging.ts'
import {
  asNumber,
  asText,
  type Context,
  type Engine,
  firstRow,
  orNull,
  type Program,
  placeholders,
  type Row,
  rows,
  withoutNul,
} from './program.ts'
import type { SqlValue } from './storage.ts'

const columns = [
  'id',
  'mode',
  'api',
  'sub',
  'method',
  'path',
  'status',
  'outcome',
  'started_at',
  'duration_ms',
  'bytes_sent',
  'bytes_received',
]

export function callVerbs({ transact, read }: Engine): CallStorage {
  return {
    recordCalls: (list) => transact((c) => recordCalls(c, list), { wakes: true }),
    calls: (filter, page) => read(() => calls(filter, page)),
    call: (id) => read(() => call(id)),
    callTotals: (mode, since) => read(() => callTotals(mode, since)),
    pruneCalls: (before, limit) => transact(() => pruneCalls(before, limit)),
  }
}

function* recordCalls({ now }: Context, list: readonly NewCall[]): Program<void> {
  for (const one of list) {
    yield* rows(
      `insert into calls (${columns.join(', ')}) values (${placeholders(columns.length, 1)})
        on conflict (id) do nothing`,
      one.id,
      one.mode,
      bounded(one.api),
      bounded(one.sub),
      bounded(one.method),
      bounded(one.path),
      one.status,
      one.outcome,
      one.startedAt,
      one.durationMs,
      one.bytesSent,
      one.bytesReceived,
    )
  }
  // One line for all, by which a list of calls stays live.
  if (list.length > 0) yield* writeChange(now, 'hookline/calls', 'set', { at: now }, 1)
}

/** PostgreSQL refuses half a surrogate pair, which a cut could leave as well. */
function bounded(text: string): string {
  return withoutNul(text).slice(0, callTextCharactersMax).toWellFormed()
}

function* calls(filter: CallFilter, page: Page): Program<Paged<Call>> {
  const values: SqlValue[] = [Number(page.cursor ?? Number.MAX_SAFE_INTEGER)]
  const wanted: [column: string, value: SqlValue | undefined][] = [
    ['mode =', filter.mode],
    ['api =', filter.api],
    ['sub =', filter.sub],
    ['status =', filter.status],
    ['outcome =', filter.outcome],
    ['started_at >=', filter.since],
    ['started_at <', filter.until],
  ]
  let where = 'seq < $1'
  for (const [column, value] of wanted) {
    if (value !== undefined) where += ` and ${column} $${values.push(value)}`
  }
  const found = yield* rows(
    `select * from calls where ${where} order by seq desc limit ${page.limit + 1}`,
    ...values,
  )
  return pageOf(found, page.limit, toCall, (row) => String(row.seq))
}

function* call(id: string): Program<Call | undefined> {
  const row = yield* firstRow('select * from calls where id = $1', id)
  return row && toCall(row)
}

/**
 * From the oldest on, up to the first that is young enough: calls are written when they end, so a
 * long one may stay until those around it have gone too.
 */
function* pruneCalls(before: number, limit: number): Program<number> {
  const oldest = yield* rows(`select seq, started_at from calls order by seq limit ${limit}`)
  const young = oldest.findIndex((row) => asNumber(row.started_at) >= before)
  const last = (young < 0 ? oldest : oldest.slice(0, young)).at(-1)
  if (!last) return 0
  const gone = yield* rows('delete from calls where seq <= $1 returning id', asNumber(last.seq))
  return gone.length
}

function toCall(row: Row): Call {
  return {
    id: asText(row.id),
    mode: row.mode === 'live' ? 'live' : 'test',
    api: asText(row.api),
    sub: asText(row.sub),
    method: asText(row.method),
    path: asText(row.path),
    status: orNull(asNumber, row.status),
    outcome: asText(row.outcome) as CallOutcome, // only this file writes it
    startedAt: asNumber(row.started_at),
    durationMs: asNumber(row.duration_ms),
    bytesSent: asNumber(row.bytes_sent),
    bytesReceived: asNumber(row.bytes_received),
  }
}
