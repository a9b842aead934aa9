/** The frames of `/live`, narrowed once here and trusted afterwards. */
import { LineError } from './line-error.ts'
import type { SseEvent } from './sse.ts'
import type { JsonObject } from './wire.ts'

/** A document as a client sees it. */
export interface LiveDocument<T = JsonObject> {
  readonly path: string
  readonly data: T
  readonly version: number
}

export interface SetChange<T = JsonObject> extends LiveDocument<T> {
  readonly type: 'set'
  /** The place in the server's ordered log. */
  readonly cursor: number
}

export interface DeletedChange extends LiveDocument<null> {
  readonly type: 'deleted'
  readonly cursor: number
}

export type Change<T = JsonObject> = SetChange<T> | DeletedChange

/** All that is there: the first frame, and again where the server no longer has what was missed. */
export interface Snapshot {
  readonly type: 'snapshot'
  readonly cursor: number
  readonly documents: readonly LiveDocument[]
}

export type Frame = Snapshot | Change

/** Undefined for an event of a kind that this version does not know. */
export function parseFrame(event: SseEvent): Frame | undefined {
  if (event.type !== 'snapshot' && event.type !== 'change') return undefined
  const value = parseObject(event.data)
  const frame = event.type === 'snapshot' ? toSnapshot(value) : toChange(value)
  if (frame !== undefined) return frame
  throw new LineError(
    'stream_unreadable',
    `The server sent a ${event.type} that is not understood. Client and server are likely of ` +
      `different versions. Bring both to the same one.`,
  )
}

type Fields = Partial<Record<string, unknown>>

function parseObject(text: string): Fields {
  try {
    // A primitive becomes an object without the fields, and is refused.
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}

function toSnapshot({ cursor, documents }: Fields): Snapshot | undefined {
  if (typeof cursor !== 'number' || !Array.isArray(documents)) return undefined
  if (!documents.every(isDocument)) return undefined
  return { type: 'snapshot', cursor, documents }
}

function toChange(fields: Fields): Change | undefined {
  const { cursor, type } = fields
  if (typeof cursor !== 'number' || !isDocument(fields)) return undefined
  const { path, data, version } = fields
  if (type === 'set') return { type, path, data, version, cursor }
  if (type === 'deleted') return { type, path, data: null, version, cursor }
  return undefined
}

/** The data is taken on the server's word: only the application knows its shape. */
function isDocument(value: unknown): value is LiveDocument {
  const { path, version } = Object(value) as Fields
  return typeof path === 'string' && typeof version === 'number'
}
