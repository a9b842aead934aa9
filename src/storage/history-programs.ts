/** Programs that tell what changed a document, and what an event changed. */
import type { JsonObject } from '../base/json.ts'
import type { DocumentChange, DocumentDifference, HistoryStorage } from './history.ts'
import { pageOf } from './page.ts'
import type { Page, Paged } from './paging.ts'
import {
  asNumber,
  asText,
  type Engine,
  firstRow,
  orNull,
  type Program,
  type Row,
  rows,
} from './program.ts'

/** As the index has it: a statement that says it otherwise would not be answered from that. */
const ofDocuments = `(path < 'hookline/' or path >= 'hookline0')`

export function historyVerbs({ read }: Engine): HistoryStorage {
  return {
    documentChanges: (path, page) => read(() => documentChanges(path, page)),
    changesOfEvent: (eventId, limit) => read(() => changesOfEvent(eventId, limit)),
  }
}

function* documentChanges(path: string, page: Page): Program<Paged<DocumentChange>> {
  const found = yield* rows(
    `select * from changes where path = $1 and ${ofDocuments} and cursor < $2
      order by cursor desc limit ${page.limit + 1}`,
    path,
    Number(page.cursor ?? Number.MAX_SAFE_INTEGER),
  )
  return pageOf(found, page.limit, toDocumentChange, (row) => String(asNumber(row.cursor)))
}

function* changesOfEvent(eventId: string, limit: number): Program<DocumentDifference[]> {
  const found = yield* rows(
    `select * from changes where event_id = $1 order by cursor limit ${limit}`,
    eventId,
  )
  const differences: DocumentDifference[] = []
  for (const row of found) {
    const change = toDocumentChange(row)
    differences.push({ ...change, before: yield* dataBefore(change) })
  }
  return differences
}

/** The first version had nothing before it; of a later one that may have been pruned. */
function* dataBefore({
  path,
  cursor,
  version,
}: DocumentChange): Program<JsonObject | null | undefined> {
  if (version === 1) return null
  const row = yield* firstRow(
    `select data from changes where path = $1 and ${ofDocuments} and cursor < $2
      order by cursor desc limit 1`,
    path,
    cursor,
  )
  return row && JSON.parse(asText(row.data)) // written by writeChange
}

function toDocumentChange(row: Row): DocumentChange {
  return {
    cursor: asNumber(row.cursor),
    path: asText(row.path),
    type: row.type === 'deleted' ? 'deleted' : 'set',
    data: JSON.parse(asText(row.data)), // written by writeChange
    version: asNumber(row.version),
    changedAt: asNumber(row.changed_at),
    eventId: orNull(asText, row.event_id),
  }
}
