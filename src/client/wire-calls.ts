/** What `/api/v1/calls` says, as types. No key and no body is in it. */
import type { Mode } from './wire-basics.ts'

export type CallOutcome = 'answered' | 'refused' | 'limited' | 'failed' | 'timed_out' | 'cancelled'

/** One request to an API that the server made with its own key. */
export interface CallView {
  readonly id: string
  /** Of the key that it was made with. */
  readonly mode: Mode
  readonly api: string
  /** Whom the token was for; `app` for the app's own code. */
  readonly sub: string
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** What the API answered; null where it did not. */
  readonly status: number | null
  readonly outcome: CallOutcome
  readonly startedAt: string
  readonly durationMs: number
  readonly bytesSent: number
  readonly bytesReceived: number
}

export interface CallFilter {
  readonly mode?: Mode
  readonly api?: string
  readonly sub?: string
  readonly status?: number
  readonly outcome?: CallOutcome
  readonly since?: string
  readonly until?: string
}

/** What one user may spend at one API. */
export interface ApiGrant {
  readonly requests?: number
  readonly bytes?: number
  readonly windowSeconds?: number
  readonly concurrent?: number
}

export interface CallsSummaryView {
  readonly apis: readonly CalledApiView[]
  /** Who spends in this process, nearest to a limit first. */
  readonly spendings: readonly SpendingView[]
  /** The busiest first. */
  readonly callers: readonly CallerView[]
  /** The most frequent first. */
  readonly faults: readonly CallFaultView[]
  readonly since: string
}

/** An API that this server may call with its own key. */
export interface CalledApiView {
  readonly name: string
  readonly title: string
  readonly docsUrl: string
  /** What clients may call: `POST /v1/chat/completions`. */
  readonly allow: readonly string[]
  /** Of each user whose token names none. */
  readonly budget: Required<ApiGrant>
  readonly hasKey: boolean
  readonly keyNames: readonly string[]
}

/** What one user has spent of the window that goes on. */
export interface SpendingView {
  readonly api: string
  readonly sub: string
  readonly limits: Required<ApiGrant>
  readonly requests: number
  readonly bytes: number
  /** Calls that go on. */
  readonly open: number
  readonly resetsAt: string
}

export interface CallerView {
  readonly api: string
  readonly sub: string
  readonly calls: number
  /** Those that did not end with an answer below 400. */
  readonly faults: number
  readonly bytes: number
  readonly lastAt: string
}

/** One way in which calls of an API went wrong. */
export interface CallFaultView {
  readonly api: string
  readonly outcome: CallOutcome
  readonly status: number | null
  readonly calls: number
  readonly lastAt: string
}
