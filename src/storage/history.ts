/** The part of the storage contract that tells what changed a document. It only reads. */
import type { JsonObject } from '../base/json.ts'
import type { Page, Paged } from './paging.ts'

export interface DocumentChange {
  readonly cursor: number
  readonly path: string
  readonly type: 'set' | 'deleted'
  /** Null where it was deleted. */
  readonly data: JsonObject | null
  readonly version: number
  readonly changedAt: number
  /** The event whose handler wrote it; null where the app or an admin did. */
  readonly eventId: string | null
}

export interface DocumentDifference extends DocumentChange {
  /** Null where there was no document; undefined where that is no longer known. */
  readonly before: JsonObject | null | undefined
}

export interface HistoryStorage {
  /** The changes of one document that the log still has, newest first. */
  documentChanges(path: string, page: Page): Promise<Paged<DocumentChange>>
  /** What the handlers of one event changed, in the order of changing. */
  changesOfEvent(eventId: string, limit: number): Promise<DocumentDifference[]>
}
