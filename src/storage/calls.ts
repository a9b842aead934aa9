/**
 * The part of the storage contract that keeps the record of calls: who called which API, and what
 * came of it. No body, no query and no header is in it.
 */
import type { Page, Paged } from './paging.ts'

/**
 * `refused`: by the allow-list, before anything was sent. `limited`: a budget was spent. `failed`:
 * the API could not be reached, or its answer broke a rule or a limit. `cancelled`: the caller
 * left.
 */
export type CallOutcome = 'answered' | 'refused' | 'limited' | 'failed' | 'timed_out' | 'cancelled'

export interface NewCall {
  readonly id: string
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
  readonly api?: string
  readonly sub?: string
  readonly status?: number
  readonly outcome?: CallOutcome
  readonly since?: number
  readonly until?: number
}

/** Longer texts are cut. */
export const callTextCharactersMax = 512

export interface CallStorage {
  /** A group of ended calls. One that is there already is not written twice. */
  recordCalls(calls: readonly NewCall[]): Promise<void>
  /** The newest first. */
  calls(filter: CallFilter, page: Page): Promise<Paged<Call>>
  call(id: string): Promise<Call | undefined>
  /** Removes up to `limit` calls that began before; gives how many it were. */
  pruneCalls(before: number, limit: number): Promise<number>
}
