/**
 * The part of the storage contract that keeps the record of calls: who called which API, and what
 * came of it. No body, no query and no header is in it.
 */
import type { Mode } from '../base/mode.ts'
import type { Page, Paged } from './paging.ts'

/**
 * `refused`: by the allow-list, before anything was sent. `limited`: a budget was spent. `failed`:
 * the API could not be reached, or its answer broke a rule or a limit. `cancelled`: the caller
 * left.
 */
export type CallOutcome = 'answered' | 'refused' | 'limited' | 'failed' | 'timed_out' | 'cancelled'

export interface NewCall {
  readonly id: string
  /** Of the key that it was made with. */
  readonly mode: Mode
  readonly api: string
  /** Whom the token was for; `app` for the server's own code. */
  readonly sub: string
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** What the API answered; null where it did not. */
  readonly status: number | null
  readonly outcome: CallOutcome
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly durationMs: number
  readonly bytesSent: number
  readonly bytesReceived: number
}

export type Call = NewCall

export interface CallFilter {
  readonly mode?: Mode
  readonly api?: string
  readonly sub?: string
  readonly status?: number
  readonly outcome?: CallOutcome
  readonly since?: number
  readonly until?: number
}

/** Who called an API how often, of the newest calls. */
export interface CallerTotal {
  readonly api: string
  readonly sub: string
  readonly calls: number
  /** Those that did not end with an answer below 400. */
  readonly faults: number
  /** Of bodies, both ways. */
  readonly bytes: number
  readonly lastAt: number
}

/** One way in which calls of an API went wrong. */
export interface CallFault {
  readonly api: string
  readonly outcome: CallOutcome
  readonly status: number | null
  readonly calls: number
  readonly lastAt: number
}

export interface CallTotals {
  /** The busiest first. */
  readonly callers: readonly CallerTotal[]
  /** The most frequent first. */
  readonly faults: readonly CallFault[]
}

/** Only so many of the newest calls are counted: what is asked of it costs the same for ever. */
export const callsCountedMax = 10_000
/** Lines of each of the two lists. */
export const callTotalsMax = 20

/** Longer texts are cut. */
export const callTextCharactersMax = 512

export interface CallStorage {
  /** A group of ended calls. One that is there already is not written twice. */
  recordCalls(calls: readonly NewCall[]): Promise<void>
  /** The newest first. */
  calls(filter: CallFilter, page: Page): Promise<Paged<Call>>
  call(id: string): Promise<Call | undefined>
  /** Over the newest calls, those of this mode that began at this time or later. */
  callTotals(mode: Mode, since: number): Promise<CallTotals>
  /** Removes up to `limit` calls that began before; gives how many it were. */
  pruneCalls(before: number, limit: number): Promise<number>
}
