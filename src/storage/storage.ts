/**
 * The storage contract: domain verbs, each exactly one transaction, the same on every engine. The
 * list of verbs is the list of places where the system can crash. What each verb must and must not
 * do is pinned by storage/conformance.
 */
import type { Json, JsonObject } from '../base/json.ts'
import type { Mode } from '../base/mode.ts'
import type { AdminStorage } from './admin-keys.ts'
import type { AuditStorage } from './audit.ts'
import type { BulkStorage, Replay } from './bulk.ts'
import type { CallStorage } from './calls.ts'
import type { ConnectionStorage } from './connections.ts'
import type { HistoryStorage } from './history.ts'
import type { KeyStorage } from './keys.ts'
import type { ObservedStorage } from './observed.ts'
import type { Page, Paged } from './paging.ts'

export type { Replay } from './bulk.ts'
export type { Page, Paged } from './paging.ts'

export type DeliveryState = 'ready' | 'running' | 'done' | 'failed' | 'parked' | 'cancelled'
export type EventStatus = 'unhandled' | 'ready' | 'running' | 'done' | 'failed' | 'parked'

/** An event to accept, with one delivery for each handler that wants it. */
export interface NewEvent {
  readonly source: string
  readonly dedupeKey: string
  readonly type: string
  readonly mode: Mode
  /** Milliseconds since 1970, as every time in this file. */
  readonly receivedAt: number
  readonly occurredAt: number | null
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
  readonly deliveries: readonly NewDelivery[]
  /** Which secret verified it, in words of the inbox; never the secret. */
  readonly verifiedWith?: string | null
}

export interface NewDelivery {
  readonly target: string
  /** Deliveries of one target with the same key run one at a time, in stored order. */
  readonly orderKey: string | null
}

export interface AcceptedEvent {
  readonly id: string
  /** The same source and dedupe key had been stored before; nothing was written for this one. */
  readonly duplicate: boolean
  /** A duplicate whose bytes differ from the stored ones. The first stays. */
  readonly conflict: boolean
}

export interface EventSummary {
  readonly id: string
  readonly source: string
  readonly type: string
  readonly dedupeKey: string
  readonly mode: Mode
  readonly receivedAt: number
  readonly occurredAt: number | null
  readonly bytes: number
  readonly status: EventStatus
}

export interface StoredEvent extends Omit<NewEvent, 'deliveries' | 'verifiedWith'> {
  readonly id: string
  readonly verifiedWith: string | null
}

export interface EventFilter {
  readonly source?: string
  readonly type?: string
  readonly mode?: Mode
  readonly status?: EventStatus
  /** Found in the id, the type or the dedupe key. */
  readonly q?: string
  readonly since?: number
  readonly until?: number
}

export interface Delivery {
  readonly id: string
  readonly eventId: string
  readonly target: string
  readonly orderKey: string | null
  readonly state: DeliveryState
  /** Attempts begun, crashed ones included. */
  readonly attempts: number
  readonly dueAt: number
  /** What a parked delivery waits for. */
  readonly parkedOn: string | null
  readonly lastError: string | null
  readonly createdAt: number
  readonly updatedAt: number
}

export interface DeliveryFilter {
  readonly eventId?: string
  readonly state?: DeliveryState
  readonly target?: string
}

export type AttemptOutcome =
  | 'done'
  | 'failed'
  | 'timed_out'
  | 'parked'
  | 'crashed'
  | 'fenced'
  | 'released'

export interface Attempt {
  readonly id: string
  readonly deliveryId: string
  readonly number: number
  readonly startedAt: number
  readonly endedAt: number
  readonly outcome: AttemptOutcome
  readonly error: string | null
}

/** A delivery under a lease, with what is needed to run it. */
export interface ClaimedDelivery {
  readonly id: string
  readonly target: string
  /** Proves in `settleDelivery` that the lease is still this one. */
  readonly token: number
  readonly attempt: number
  /** Times in a row that the process died, or lost its lease, while running it. */
  readonly crashes: number
  /**
   * Attempts since the last time that a person asked for a retry; these are held against the
   * limit.
   */
  readonly tries: number
  readonly startedAt: number
  /** Undefined where its stored bytes are gone, or no longer those that were accepted. */
  readonly event: StoredEvent | undefined
}

export interface ClaimOptions {
  readonly limit: number
  readonly leaseMs: number
  /** Only these targets: the handlers that this process has. */
  readonly targets: readonly string[]
  /** How many of the claimed may have crashed before; they are run apart from each other. */
  readonly suspects: number
  /** At this many crashes in a row a delivery is parked as poison. */
  readonly crashesMax: number
}

/** A lease held: the delivery and its fencing token. */
export interface Lease {
  readonly id: string
  readonly token: number
}

/** One write that a handler asked for, applied in the settling transaction in the order asked. */
export type Effect =
  | { readonly kind: 'set'; readonly path: string; readonly data: JsonObject }
  | { readonly kind: 'update'; readonly path: string; readonly patch: JsonObject }
  | { readonly kind: 'delete'; readonly path: string }
  | { readonly kind: 'sql'; readonly text: string; readonly values: readonly SqlValue[] }
  /** Run inside of the settling transaction; on PostgreSQL alone. */
  | { readonly kind: 'transaction'; readonly run: AppTransaction }

/** May be run again, from its start, where the transaction lost against another one. */
export type AppTransaction = (client: SqlClient) => unknown

/** Asks and changes rows in the transaction that it is given for. */
export interface SqlClient {
  /** One statement, with `$1`, `$2`, … for values. Rows come as the package `pg` gives them. */
  query<R = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<SqlResult<R>>
}

export interface SqlResult<R> {
  readonly rows: R[]
  /** How many rows were found or changed. */
  readonly rowCount: number
}

export type EngineName = 'sqlite' | 'postgres'

/**
 * Which machines have what was acknowledged: `synchronous` this one and a standby, `asynchronous`
 * a standby a little later, `none` this one alone.
 */
export type Replication = 'none' | 'asynchronous' | 'synchronous'

export type SqlValue = null | number | bigint | string | Uint8Array

/** A document that a handler read, and the version it saw; 0 where there was none. */
export interface DocumentRead {
  readonly path: string
  readonly version: number
}

export type Settlement =
  | {
      readonly outcome: 'done'
      readonly effects: readonly Effect[]
      readonly reads: readonly DocumentRead[]
    }
  | {
      readonly outcome: 'failed' | 'timed_out'
      readonly error: string
      readonly retryAt: number | null
    }
  | { readonly outcome: 'parked'; readonly on: string }
  /** Handed back unrun, at shutdown; the attempt does not count. */
  | { readonly outcome: 'released' }

/**
 * `fenced`: the lease had been lost; nothing was applied. `conflict`: a document that the handler
 * read has
 * changed since; nothing was applied and the lease is still held. `refused`: the database refused
 * one of
 * the effects; likewise.
 */
export type Settled =
  | { readonly result: 'settled' | 'fenced' | 'conflict' }
  | { readonly result: 'refused'; readonly error: string }

export interface Document {
  readonly path: string
  readonly data: JsonObject
  readonly version: number
  readonly updatedAt: number
}

export interface Change {
  readonly cursor: number
  readonly type: 'set' | 'deleted'
  readonly path: string
  readonly data: Json
  readonly version: number
}

export interface Changes {
  readonly changes: Change[]
  /** The cursor to go on from. */
  readonly cursor: number
  /**
   * False where changes after the cursor asked for have been pruned, so that a gap can not be
   * ruled out.
   */
  readonly complete: boolean
}

export interface Snapshot {
  readonly cursor: number
  readonly documents: Document[]
}

export interface PruneOptions {
  readonly eventsBefore: number
  readonly dedupeKeysBefore: number
  /** Where the walk over the keys goes on: `dedupeKeysFrom` of the time before. */
  readonly dedupeKeysFrom?: readonly [source: string, dedupeKey: string] | null
  readonly changesBefore: number
  /** Rows of each kind in this one transaction. */
  readonly limit: number
}

export interface Pruned {
  readonly events: number
  readonly dedupeKeys: number
  /** Null where the walk has come to the end. */
  readonly dedupeKeysFrom: readonly [source: string, dedupeKey: string] | null
  readonly changes: number
  readonly once: number
}

export interface Stats {
  /** Stored events; approximate while old ones are being pruned. */
  readonly events: number
  /** `ended` are those done or cancelled. */
  readonly deliveries: Record<'ready' | 'running' | 'parked' | 'failed' | 'ended', number>
  /** Milliseconds that the oldest due delivery has waited; 0 where none waits. */
  readonly oldestReadyMs: number
  /** Attempts of stale workers that were refused by the fence. */
  readonly fenced: number
  /** Attempts that ended with their process. */
  readonly crashed: number
  /** Repeated events whose bytes differed from the stored ones. */
  readonly conflicts: number
  readonly cursor: number
}

export type WriteDocument =
  | {
      readonly kind: 'set'
      readonly path: string
      readonly data: JsonObject
      readonly ifVersion?: number
    }
  | { readonly kind: 'update'; readonly path: string; readonly patch: JsonObject }
  | { readonly kind: 'delete'; readonly path: string; readonly ifVersion?: number }

export interface Storage
  extends KeyStorage,
    AdminStorage,
    AuditStorage,
    CallStorage,
    ConnectionStorage,
    ObservedStorage,
    HistoryStorage,
    BulkStorage {
  readonly engine: EngineName
  /**
   * All of them or none, durable when the promise resolves. Each gets its row, or the row it
   * repeats.
   */
  acceptEvents(events: readonly NewEvent[]): Promise<AcceptedEvent[]>
  event(id: string): Promise<(StoredEvent & { status: EventStatus }) | undefined>
  events(filter: EventFilter, page: Page): Promise<Paged<EventSummary>>
  lastEvent(source: string): Promise<EventSummary | undefined>

  /**
   * Takes due deliveries under a lease, and those whose lease ran out. Counts the attempt before
   * it runs.
   */
  claimDeliveries(options: ClaimOptions): Promise<ClaimedDelivery[]>
  /** Extends the leases that are still held; returns the ids of those that are not. */
  renewLeases(leases: readonly Lease[], leaseMs: number): Promise<string[]>
  settleDelivery(lease: Lease, settlement: Settlement): Promise<Settled>
  /**
   * In how many milliseconds the next delivery of these targets is due or its lease ends, 0 where
   * it is by now; undefined where there is none. A span and not a time, because the clock of the
   * database is not that of the machine that asks. What its order key holds back is due when that
   * which holds it back has ended.
   */
  dueInMs(targets: readonly string[]): Promise<number | undefined>
  deliveries(filter: DeliveryFilter, page: Page): Promise<Paged<Delivery>>
  delivery(id: string): Promise<(Delivery & { attempted: Attempt[] }) | undefined>
  /** Makes a failed, parked or cancelled delivery, or a ready one that waits, due now. */
  requeueDelivery(id: string): Promise<Delivery | undefined>
  /** Ends a ready, parked or failed delivery for good. */
  cancelDelivery(id: string): Promise<Delivery | undefined>

  /** New deliveries of a stored event to these targets. */
  replayEvent(id: string, targets: readonly NewDelivery[]): Promise<Delivery[] | undefined>
  countEvents(filter: EventFilter): Promise<number>
  createReplay(
    filter: EventFilter,
    targets: readonly string[] | null,
    perSecond?: number | null,
  ): Promise<Replay>
  /**
   * Replays up to `limit` more events of the oldest running replay; undefined where none is
   * running.
   */
  advanceReplay(
    limit: number,
    targetsOf: (event: StoredEvent) => readonly NewDelivery[],
  ): Promise<Replay | undefined>
  replay(id: string): Promise<Replay | undefined>
  replays(page: Page): Promise<Paged<Replay>>
  cancelReplay(id: string): Promise<Replay | undefined>

  document(path: string): Promise<Document | undefined>
  /** Documents whose path begins with the prefix, in path order. */
  documents(prefix: string, page: Page): Promise<Paged<Document>>
  /** Undefined where `ifVersion` did not match. A deleted document is given back as it was. */
  writeDocument(write: WriteDocument): Promise<Document | undefined>
  /**
   * The documents at a path, or below it where it ends in `/`, and the cursor they stand at, read
   * as one.
   */
  snapshot(path: string, limit: number): Promise<Snapshot>
  changesAfter(cursor: number, limit: number): Promise<Changes>
  newestCursor(): Promise<number>
  /**
   * Called after each commit of this process that wrote changes or deliveries. Returns the way to
   * stop.
   */
  onChange(listener: () => void): () => void

  prune(options: PruneOptions): Promise<Pruned>
  /**
   * True the first time for this key, false ever after. Once it has expired, the key may be new
   * again.
   */
  useOnce(key: string, expiresAt: number): Promise<boolean>
  /** Of these sources; of all where none are given. */
  stats(sources?: readonly string[]): Promise<Stats>
  /** Resolves where the database can read and write, rejects saying why where it can not. */
  check(): Promise<{ readonly replication: Replication }>
  close(): Promise<void>
}
