/**
 * Programs on documents. Every write leaves a change, and frees the deliveries that waited for
 * the path.
 */
import type { JsonObject } from '../base/json.ts'
import { newestCursor, writeChange } from './changes.ts'
import { pageOf } from './page.ts'
import {
  asNumber,
  asText,
  type Context,
  firstRow,
  type Program,
  type Row,
  rows,
} from './program.ts'
import type { Document, Page, Paged, Snapshot, WriteDocument } from './storage.ts'

export function* document(path: string): Program<Document | undefined> {
  const row = yield* firstRow('select * from documents where path = $1 and data is not null', path)
  return row && toDocument(row)
}

/** The version, 0 where there is none, which stays so until the transaction ends. */
export function* heldVersion(context: Context, path: string): Program<number> {
  const row = yield* hold(context, path)
  return row && row.data !== null ? asNumber(row.version) : 0
}

/**
 * Nobody else writes at this path until the transaction ends, whether or not there is a document.
 */
function* hold({ dialect }: Context, path: string): Program<Row | undefined> {
  const select = `select * from documents where path = $1 ${dialect.forUpdate}`
  const row = yield* firstRow(select, path)
  if (row || !dialect.lockAbsent) return row
  yield* rows(dialect.lockAbsent, path)
  // Somebody may have written it while the path was waited for.
  return yield* firstRow(select, path)
}

export function* documents(prefix: string, page: Page): Program<Paged<Document>> {
  const { from, to } = rangeOf(prefix)
  const found = yield* rows(
    `select * from documents where path >= $1 and path < $2 and path > $3 and data is not null
      order by path limit ${page.limit + 1}`,
    from,
    to,
    page.cursor ?? '',
  )
  return pageOf(found, page.limit, toDocument, (row) => asText(row.path))
}

export function* snapshot(context: Context, path: string, limit: number): Program<Snapshot> {
  const cursor = yield* newestCursor(context)
  if (path.endsWith('/')) {
    return { cursor, documents: (yield* documents(path, { limit })).data }
  }
  const found = yield* document(path)
  return { cursor, documents: found ? [found] : [] }
}

export function* writeDocument(
  context: Context,
  write: WriteDocument,
  /** Whose handler writes; null where the app or an admin does. */
  eventId: string | null = null,
): Program<Document | undefined> {
  const { now } = context
  const row = yield* hold(context, write.path)
  const current = row && row.data !== null ? toDocument(row) : undefined
  const version = row ? asNumber(row.version) + 1 : 1
  if ('ifVersion' in write && write.ifVersion !== (current?.version ?? 0)) return undefined
  if (write.kind === 'delete') return yield* deleteDocument(now, current, { version, eventId })
  const data = write.kind === 'set' ? write.data : { ...current?.data, ...write.patch }
  yield* rows(
    `insert into documents (path, data, version, updated_at) values ($1, $2, $3, $4)
      on conflict (path) do update set data = excluded.data, version = excluded.version,
        updated_at = excluded.updated_at`,
    write.path,
    JSON.stringify(data),
    version,
    now,
  )
  yield* writeChange(now, write.path, 'set', data, version, eventId)
  yield* releaseParked(now, write.path)
  return { path: write.path, data, version, updatedAt: now }
}

function* deleteDocument(
  now: number,
  current: Document | undefined,
  { version, eventId }: { version: number; eventId: string | null },
): Program<Document | undefined> {
  if (!current) return undefined
  yield* rows(
    'update documents set data = null, version = $2, updated_at = $3 where path = $1',
    current.path,
    version,
    now,
  )
  yield* writeChange(now, current.path, 'deleted', null, version, eventId)
  return current
}

/** A delivery parked on this path is due as soon as the document appears. */
function* releaseParked(now: number, path: string): Program<void> {
  yield* rows(
    `update deliveries set state = 'ready', due_at = $2, updated_at = $2, parked_on = null
      where state = 'parked' and parked_on = $1`,
    path,
    now,
  )
}

/**
 * Every path that begins with the prefix, as a range of the index. A path never holds the greatest
 * character there is (see document-path.ts), so that the prefix followed by it ends the range.
 */
function rangeOf(prefix: string): { from: string; to: string } {
  return { from: prefix, to: `${prefix}\u{10ffff}` }
}

function toDocument(row: Row): Document {
  return {
    path: asText(row.path),
    data: JSON.parse(asText(row.data)) as JsonObject, // written by writeDocument
    version: asNumber(row.version),
    updatedAt: asNumber(row.updated_at),
  }
}
