/** What the routes for operating a server say, as types: health, history, logs, many at once. */
import type { JsonObject, Mode } from './wire-basics.ts'

/** A webhook that was refused; its sender was not told why. */
export interface RejectionView {
  readonly id: string
  readonly at: string
  readonly source: string
  /** Of the source; null where it is gone. */
  readonly mode: Mode | null
  readonly reason: string
  /** What it likely means and what to do. */
  readonly detail: string
  readonly method: string
  /** The address that it came from. */
  readonly remote: string | null
  /** Cut where they are long, without what may be a secret. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The first bytes as text; null where they are none. */
  readonly bodyStart: string | null
  readonly bodyStartBase64: string
  /** Length of the whole body. */
  readonly bytes: number
}

export interface EventTypeView {
  readonly type: string
  /** Since the first one, also of what has been pruned. */
  readonly received: number
  readonly lastAt: string
  /** Whether a handler takes it. */
  readonly handled: boolean
}

export interface DocumentChangeView {
  readonly cursor: number
  readonly path: string
  readonly type: 'set' | 'deleted'
  /** After the change; null where it was deleted. */
  readonly data: JsonObject | null
  readonly version: number
  readonly at: string
  /** The event whose handler wrote it; null where the app or an admin did. */
  readonly eventId: string | null
}

export interface DocumentDifferenceView extends DocumentChangeView {
  /** Null where there was no document. */
  readonly before: JsonObject | null
  /** False where that has been pruned. */
  readonly isBeforeKnown: boolean
}

export interface DeliveryGroupView {
  readonly target: string
  readonly source: string
  readonly handler: string
  /** The first line of the error without ids and numbers; of parked ones what they wait for. */
  readonly error: string
  readonly count: number
  readonly oldestAt: string
  readonly newestAt: string
  readonly sampleDeliveryId: string
  readonly sampleEventId: string
  readonly sampleError: string | null
}

export interface DeliverySelection {
  readonly state: 'failed' | 'parked' | 'ready'
  readonly target?: string
  /** That of a group. */
  readonly error?: string
  readonly mode?: Mode
}

export interface BulkOutcome {
  readonly changed: number
  /** False where the same is to be asked again. */
  readonly isDone: boolean
}

export interface SeriesView {
  readonly metric: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly unit: string | null
  /** A source or a handler; empty where it is neither. */
  readonly label: string
  /** How many of a counter, the mean of a gauge, the median of a histogram. */
  readonly values: readonly (number | null)[]
  readonly p99?: readonly (number | null)[] | undefined
  readonly max?: readonly (number | null)[] | undefined
  readonly count?: readonly (number | null)[] | undefined
}

export interface SeriesAnswer {
  readonly stepMs: number
  /** The beginning of each step. */
  readonly at: readonly string[]
  readonly series: readonly SeriesView[]
  readonly isWhole: boolean
}

export interface LogLineView {
  /** Counts up in one process. */
  readonly number: number
  readonly at: string
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: Readonly<Record<string, string | number | boolean>>
}

/** A command that sends an event once more, to be pasted. */
export interface CurlView {
  readonly curl: string
  /** When its signature is too old; null where it has none that ages. */
  readonly expiresAt: string | null
  /** What is to be done before it works; null where nothing is. */
  readonly note: string | null
}

export interface ServerView {
  readonly version: string
  readonly engine: 'sqlite' | 'postgres'
  /** Those that sources have. */
  /** Of sources that name none. */
  readonly mode: Mode
  readonly modes: readonly Mode[]
  readonly isDev: boolean
  readonly publicUrl: string | null
  readonly startedAt: string
  readonly databaseBytes: number
  readonly retention: Readonly<Record<'eventsDays' | 'dedupeKeysDays' | 'changesDays', number>>
}
