/** Programs on the change log: the one ordered list that real time reads. */
import type { Json } from '../base/json.ts'
import {
  asNumber,
  asText,
  type Context,
  firstRow,
  type Program,
  type Row,
  rows,
} from './program.ts'
import type { Change, Changes } from './storage.ts'

/** Its values are path, type, data, version, time and the event whose handler wrote it. */
export const insertChangeSql = `insert into changes
  (path, type, data, version, changed_at, event_id) values ($1, $2, $3, $4, $5, $6)`

export function* writeChange(
  now: number,
  path: string,
  type: Change['type'],
  data: Json,
  version: number,
  /** Whose handler wrote the document. */
  eventId: string | null = null,
): Program<void> {
  yield* rows(insertChangeSql, path, type, JSON.stringify(data), version, now, eventId)
}

export function* changesAfter(context: Context, cursor: number, limit: number): Program<Changes> {
  const visible = yield* newestCursor(context)
  const found = yield* rows(
    `select cursor, path, type, data, version from changes
      where cursor > $1 and cursor <= $2 order by cursor limit ${limit}`,
    cursor,
    visible,
  )
  const { oldest, newest } = yield* ends()
  const changes = found.map(toChange)
  return {
    changes,
    cursor: changes.at(-1)?.cursor ?? cursor,
    // The row at the cursor itself, or the one right behind it, is still there: nothing is missing
    // between.
    complete: cursor >= oldest - 1 && cursor <= newest,
  }
}

export function* newestCursor({ dialect }: Context): Program<number> {
  return dialect.newestCursor ? yield* dialect.newestCursor() : (yield* ends()).newest
}

function* ends(): Program<{ oldest: number; newest: number }> {
  // Two selects, because only a lone min or max is answered from the end of the index.
  const oldest = yield* firstRow('select coalesce(min(cursor), 1) as n from changes')
  const newest = yield* firstRow('select coalesce(max(cursor), 0) as n from changes')
  return { oldest: asNumber(oldest?.n), newest: asNumber(newest?.n) }
}

function toChange(row: Row): Change {
  return {
    cursor: asNumber(row.cursor),
    path: asText(row.path),
    type: row.type === 'deleted' ? 'deleted' : 'set',
    data: JSON.parse(asText(row.data)), // written by writeChange
    version: asNumber(row.version),
  }
}
