/**
 * The part of the storage contract that keeps what was observed: refused requests, samples, and the
 * types that each source sends. All of it is bounded, and none of it is written on an event's way.
 */
import type { Page, Paged } from './paging.ts'

export interface NewRejection {
  /** Milliseconds since 1970, as every time in this file. */
  readonly at: number
  readonly source: string
  readonly reason: string
  readonly detail: string
  readonly method: string
  /** The address that it came from, where that is known. */
  readonly remote: string | null
  /** Without their secrets. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The first bytes of the body. */
  readonly body: Uint8Array
  /** Length of the whole body. */
  readonly bytes: number
}

export interface StoredRejection extends NewRejection {
  readonly id: string
}

export interface RejectionFilter {
  /** Those of any of these. */
  readonly sources?: readonly string[]
  readonly reason?: string
}

export interface RejectionLimits {
  /** The newest of each source that are kept. */
  readonly perSource: number
  /** The newest of all that are kept. */
  readonly total: number
}

/** What one process observed of one metric in one step of time. */
export interface Sample {
  readonly stepMs: number
  readonly metric: string
  /** When the step began. */
  readonly at: number
  /** The source or the handler that it is about; empty where it is about neither. */
  readonly label: string
  readonly process: string
  readonly count: number
  readonly sum: number
  readonly max: number
  /** Counts by upper bound, for what is measured; null for what is counted. */
  readonly buckets: readonly number[] | null
}

export interface SampleQuery {
  readonly stepMs: number
  readonly metric: string
  readonly label?: string
  readonly since: number
  readonly until: number
  readonly limit: number
}

export interface EventTypeCount {
  readonly type: string
  /** Since the first event of this type, also of what has been pruned since. */
  readonly received: number
  readonly lastAt: number
}

export interface ObservedBefore {
  readonly rejections: number
  /** By the length of the step. */
  readonly samples: Readonly<Record<number, number>>
  readonly limit: number
}

export interface OldBefore {
  readonly eventsBefore: number
  readonly dedupeKeysBefore: number
  readonly changesBefore: number
}

export interface OldCounts {
  readonly events: number
  readonly dedupeKeys: number
  readonly changes: number
}

export interface ObservedStorage {
  /** Adds these, and removes what is over the limits. */
  recordRejections(rejections: readonly NewRejection[], limits: RejectionLimits): Promise<void>
  /** Newest first. */
  rejections(filter: RejectionFilter, page: Page): Promise<Paged<StoredRejection>>
  /** Replaces what the same process wrote of the same step before. */
  writeSamples(samples: readonly Sample[]): Promise<void>
  /** In the order of time, those of all processes. */
  samples(query: SampleQuery): Promise<Sample[]>
  /** Counts up to `limit` more events by their type; returns how many those were. */
  countTypes(limit: number): Promise<number>
  /** What a source has sent, by type; those counted by `countTypes` and those that came since. */
  eventTypes(source: string): Promise<EventTypeCount[]>
  pruneObserved(before: ObservedBefore): Promise<number>
  databaseBytes(): Promise<number>
  /** What `prune` would remove, over all of its steps. */
  countOld(before: OldBefore): Promise<OldCounts>
}
