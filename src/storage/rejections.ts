/** Programs on refused requests. Bounded in number, and so in bytes: each is small. */

import { writeChange } from './changes.ts'
import type { NewRejection, RejectionFilter, RejectionLimits, StoredRejection } from './observed.ts'
import { pageOf } from './page.ts'
import type { Page, Paged } from './paging.ts'
import {
  asBytes,
  asNumber,
  asText,
  type Context,
  firstRow,
  orNull,
  type Program,
  placeholders,
  type Row,
  rows,
} from './program.ts'
import type { SqlValue } from './storage.ts'

export function* recordRejections(
  { now }: Context,
  rejections: readonly NewRejection[],
  limits: RejectionLimits,
): Program<void> {
  for (const rejection of rejections) {
    const { at, source, reason, detail } = rejection
    const row = yield* insertRejection(rejection)
    const id = idOf(row)
    const shown = { id, source, reason, detail, at }
    yield* writeChange(now, `hookline/rejections/${id}`, 'set', shown, 1)
  }
  for (const source of new Set(rejections.map((rejection) => rejection.source))) {
    yield* keepNewest('source = $1', limits.perSource, source)
  }
  yield* keepNewest('1 = 1', limits.total)
}

function* insertRejection(rejection: NewRejection): Program<Row> {
  const row = yield* firstRow(
    `insert into rejections
      (at, source, reason, detail, method, remote, headers, body, body_bytes)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning seq`,
    rejection.at,
    rejection.source,
    rejection.reason,
    rejection.detail,
    rejection.method,
    rejection.remote,
    JSON.stringify(rejection.headers),
    rejection.body,
    rejection.bytes,
  )
  return row as Row // an insert gives back its row
}

function* keepNewest(where: string, count: number, ...values: SqlValue[]): Program<void> {
  const last = yield* firstRow(
    `select seq from rejections where ${where} order by seq desc limit 1 offset ${count}`,
    ...values,
  )
  if (!last) return
  const seq = `$${values.length + 1}`
  yield* rows(
    `delete from rejections where ${where} and seq <= ${seq}`,
    ...values,
    asNumber(last.seq),
  )
}

export function* rejections(
  { sources, reason }: RejectionFilter,
  page: Page,
): Program<Paged<StoredRejection>> {
  const values: SqlValue[] = [Number(page.cursor ?? Number.MAX_SAFE_INTEGER)]
  let where = ''
  if (sources !== undefined) {
    // A list of one that is no source, where there is none: no list may be empty in SQL.
    const names = sources.length > 0 ? sources : ['']
    where += ` and source in (${placeholders(names.length, values.length + 1)})`
    values.push(...names)
  }
  if (reason !== undefined) where += ` and reason = $${values.push(reason)}`
  const found = yield* rows(
    `select * from rejections where seq < $1${where} order by seq desc limit ${page.limit + 1}`,
    ...values,
  )
  return pageOf(found, page.limit, toRejection, (row) => String(asNumber(row.seq)))
}

/** The oldest first, `limit` at a time. */
export function* pruneRejections(before: number, limit: number): Program<number> {
  const oldest = yield* rows(`select seq, at from rejections order by seq limit ${limit}`)
  const seqs = oldest.filter((row) => asNumber(row.at) < before).map((row) => asNumber(row.seq))
  if (seqs.length === 0) return 0
  yield* rows(`delete from rejections where seq in (${placeholders(seqs.length, 1)})`, ...seqs)
  return seqs.length
}

function idOf(row: Row): string {
  return `rej_${asNumber(row.seq)}`
}

function toRejection(row: Row): StoredRejection {
  return {
    id: idOf(row),
    at: asNumber(row.at),
    source: asText(row.source),
    reason: asText(row.reason),
    detail: asText(row.detail),
    method: asText(row.method),
    remote: orNull(asText, row.remote),
    headers: JSON.parse(asText(row.headers)), // written by insertRejection
    body: asBytes(row.body),
    bytes: asNumber(row.body_bytes),
  }
}
