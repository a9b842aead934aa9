/**
 * What `/api/v1` says, as types and nothing else: the server writes them, the CLI and the dashboard
 * read them. Times are RFC 3339 UTC with milliseconds; bytes are base64.
 */

import type { JsonObject, Mode } from './wire-basics.ts'
import type { ApiGrant } from './wire-calls.ts'
import type { ConnectProgress } from './wire-connect.ts'
import type { VerifiedWithView } from './wire-keys.ts'
import type { DocumentDifferenceView, EventTypeView, RejectionView } from './wire-operations.ts'
import type { SourceSecretView } from './wire-sources.ts'

export type * from './wire-basics.ts'
export type * from './wire-calls.ts'
export type * from './wire-connect.ts'
export type * from './wire-keys.ts'
export type * from './wire-operations.ts'
export type * from './wire-sandbox.ts'
export type * from './wire-sources.ts'

export type EventStatus = 'unhandled' | 'ready' | 'running' | 'done' | 'failed' | 'parked'
export type DeliveryState = 'ready' | 'running' | 'done' | 'failed' | 'parked' | 'cancelled'
export type AttemptOutcome =
  | 'done'
  | 'failed'
  | 'timed_out'
  | 'parked'
  | 'crashed'
  | 'fenced'
  | 'released'

/** An error: https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  /** Stable; each is described in the error reference. */
  readonly code: string
  readonly detail: string
}

export interface List<T> {
  readonly data: readonly T[]
  /** The `cursor` that asks for the next page; null on the last one. */
  readonly next: string | null
}

export interface PageQuery {
  /** 1 to 200; 50 where none is given. */
  readonly limit?: number
  readonly cursor?: string
}

/** What is still missing before a source is known to work. */
export type Handshake = 'secret_missing' | 'waiting' | 'verified'

export interface SourceView {
  readonly name: string
  readonly provider: string
  /** For people: `Stripe`. */
  readonly providerTitle: string
  readonly mode: Mode
  /** Where the provider posts: `/webhooks/<name>`. */
  readonly path: string
  readonly handshake: Handshake
  readonly connect: ConnectProgress
  /** What it is checked with, the newest first. */
  readonly secrets: readonly SourceSecretView[]
  /** Under which its secret is looked up, the most usual first. */
  readonly secretNames: readonly string[]
  /** The names of its handlers. */
  readonly handlers: readonly string[]
  readonly lastEvent: EventView | null
  readonly lastRejection: RejectionView | null
  /** The latest first. */
  readonly eventTypes: readonly EventTypeView[]
  /** Silent for longer than it uses to be; null where too little is known. */
  readonly isQuiet: boolean | null
  /** The longest silence of the last 30 days, in milliseconds. */
  readonly usualGapMs: number | null
}

export interface EventView {
  readonly id: string
  readonly source: string
  readonly type: string
  readonly dedupeKey: string
  readonly mode: Mode
  readonly receivedAt: string
  readonly occurredAt: string | null
  /** Length of the body. */
  readonly bytes: number
  /** Over all of its deliveries. */
  readonly status: EventStatus
}

export interface EventDetail extends EventView {
  /** In the order they came, repeats kept. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly bodyBase64: string
  /** Null where the bytes are not UTF-8. */
  readonly body: string | null
  /** Null where the provider signs with a key of its own, or nothing was noted. */
  readonly verifiedWith: VerifiedWithView | null
  readonly deliveries: readonly DeliveryDetail[]
  /** The documents that its handlers changed, as far as the change log still has it. */
  readonly changes: readonly DocumentDifferenceView[]
}

export interface EventFilter {
  readonly source?: string
  readonly type?: string
  readonly mode?: Mode
  readonly status?: EventStatus
  /** Found in the id, the type or the dedupe key. */
  readonly q?: string
  readonly since?: string
  readonly until?: string
}

export interface DeliveryView {
  readonly id: string
  readonly eventId: string
  /** The handler or endpoint that it goes to. */
  readonly target: string
  readonly orderKey: string | null
  readonly state: DeliveryState
  /** Attempts begun, crashed ones included. */
  readonly attemptCount: number
  readonly dueAt: string
  /** What a parked delivery waits for. */
  readonly parkedOn: string | null
  readonly lastError: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

export interface DeliveryDetail extends DeliveryView {
  readonly attempts: readonly AttemptView[]
}

export interface DeliveryFilter {
  readonly eventId?: string
  readonly state?: DeliveryState
  readonly target?: string
}

export interface AttemptView {
  readonly id: string
  readonly number: number
  readonly startedAt: string
  readonly endedAt: string
  readonly outcome: AttemptOutcome
  readonly error: string | null
}

export interface ReplayView {
  readonly id: string
  readonly state: 'running' | 'paused' | 'done' | 'cancelled'
  /** Events that the filter found. */
  readonly matched: number
  readonly replayed: number
  /** Events a second, over all processes; null for as fast as each goes by itself. */
  readonly perSecond: number | null
  readonly filter: EventFilter
  /** Only these targets; null for all handlers. */
  readonly targets: readonly string[] | null
  readonly createdAt: string
  readonly updatedAt: string
}

export interface NewReplay {
  readonly filter: EventFilter
  /** Only these handlers; all of them where none is named. */
  readonly handlers?: readonly string[]
  /** At most so many events a second. */
  readonly perSecond?: number
}

/** The answer to a dry run. */
export interface ReplayCount {
  readonly matched: number
}

/** The deliveries that a replay of one event made. */
export interface EventReplayed {
  readonly deliveries: readonly DeliveryView[]
}

export interface DocumentView {
  readonly path: string
  readonly data: JsonObject
  readonly version: number
  readonly updatedAt: string
}

export interface NewToken {
  /** Whom the token is for. */
  readonly sub: string
  /** Path patterns: `users/u_1`, `users/u_1/**`. */
  readonly read?: readonly string[]
  /** APIs to call: their names, or each with a budget. */
  readonly apis?: readonly string[] | Readonly<Record<string, ApiGrant>>
  /** Seconds; 3,600 where none is given. */
  readonly expiresIn?: number
}

export interface TokenView {
  readonly token: string
  readonly expiresAt: string
}

export interface StatsView {
  /** Stored; approximate while old ones are pruned. */
  readonly events: number
  /** `ended` are those done or cancelled. */
  readonly deliveries: Readonly<Record<'ready' | 'running' | 'parked' | 'failed' | 'ended', number>>
  /** Milliseconds that the oldest due delivery has waited; 0 where none waits. */
  readonly oldestReadyMs: number
  /** Attempts of stale workers that were refused by the fence. */
  readonly fenced: number
  /** Attempts that ended with their process. */
  readonly crashed: number
  /** Repeats whose bytes differed from the stored ones. */
  readonly conflicts: number
  readonly cursor: number
}

export interface RejectionFilter {
  readonly source?: string
  readonly mode?: Mode
  readonly reason?: string
}

/** Each may do what those before it may. */
export type AdminScope = 'read' | 'operate' | 'admin'

export interface AdminKeyView {
  readonly id: string
  readonly name: string
  readonly scope: AdminScope
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  readonly lastUsedAt: string | null
}

export interface NewAdminKey {
  readonly name: string
  readonly scope: AdminScope
  /** Null: until it is revoked. Absent: 90. */
  readonly expiresInDays?: number | null
}
