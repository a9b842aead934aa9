/**
 * A transaction as a program: a generator that yields SQL statements and is given their rows. It
 * has one text for both engines: SQLite drives it to its end without ever awaiting, so that no
 * transaction stays open across a tick; PostgreSQL awaits each statement. A program must be safe to
 * run again from its start, because a failed group commit runs its members one by one.
 */
import { HooklineError } from '../base/errors.ts'
import type {
  AcceptedEvent,
  AppTransaction,
  ClaimedDelivery,
  ClaimOptions,
  EngineName,
  Lease,
  NewEvent,
  Replication,
  Settled,
  Settlement,
  SqlValue,
} from './storage.ts'

export interface Statement {
  /** With `$1`, `$2`, … for values. */
  readonly text: string
  /** A list is one value: an array, which only PostgreSQL has. */
  readonly values: readonly (SqlValue | readonly SqlValue[])[]
  /** Not prepared: the best plan is another once the tables have grown. In a pipeline alone. */
  readonly isPlannedAnew?: boolean
  /** Its columns come in their binary form, read as UTF-8. In a pipeline alone. */
  readonly isBinary?: boolean
}

/** Statements that are sent at once, on PostgreSQL alone; see postgres/pipeline.ts. */
export interface Pipeline {
  readonly pipeline: readonly Statement[]
}

/** A callback of the app that asks and changes rows by itself, in the program's transaction. */
export interface AppStep {
  readonly run: AppTransaction
}

export type Step = Statement | Pipeline | AppStep
export type Row = Record<string, SqlValue>
export type Program<T> = Generator<Step, T, Row[]>

/**
 * What an engine tells a program: the time to use, and the few fragments in which the SQL
 * differs.
 */
export interface Context {
  /** Milliseconds since 1970; on PostgreSQL by the database's clock. */
  readonly now: number
  readonly dialect: Dialect
}

export interface Dialect {
  readonly name: EngineName
  /** Behind a select that must hold its rows until the transaction ends. */
  readonly forUpdate: string
  /** Behind a select that passes over rows which another transaction holds. */
  readonly skipLocked: string
  /** Whether a statement takes a list as one value, so that its text is the same for any length. */
  readonly lists?: boolean
  /** Holds the path in $1 until the transaction ends, where there is no row to hold. */
  readonly lockAbsent?: string
  /** The cursor up to which the change log can be read without missing what commits late. */
  readonly newestCursor?: () => Program<number>
  /** Where names without a schema are looked for: the app's own, and Hookline's. */
  readonly searchPath?: { readonly app: string; readonly own: string }
  /** Looks at constraints that are deferred to the commit, and leaves them deferred. */
  readonly checkDeferred?: readonly string[]
  readonly replication?: () => Program<Replication>
  /**
   * The time of a statement in milliseconds, where that of its transaction may be earlier than the
   * end of what the statement sees.
   */
  readonly statementTimeMs?: string
  /** Events up to this number may be removed; a later one may still be all that knows its key. */
  readonly prunableUpTo?: (context: Context) => Program<number>
}

export interface TransactOptions {
  /** Listeners are told. */
  readonly wakes?: boolean
  /** Shares its transaction with no other: it runs code of the app, which takes its time. */
  readonly isAlone?: boolean
}

export interface Engine {
  readonly name: EngineName
  /** Runs the program in one transaction and resolves after its commit. */
  transact<T>(program: (context: Context) => Program<T>, options?: TransactOptions): Promise<T>
  /** In one transaction with those that arrive at the same time, and before all other work. */
  acceptEvents(events: readonly NewEvent[]): Promise<AcceptedEvent[]>
  /** Where the engine claims by other means; undefined where `claim.claimDeliveries` has to. */
  claimDeliveries?(options: ClaimOptions): Promise<ClaimedDelivery[] | undefined>
  /** Runs a program that only reads, on one consistent state of the database. */
  read<T>(program: (context: Context) => Program<T>): Promise<T>
  /** Where the engine settles many together by other means than `transact`. */
  settleDelivery?(lease: Lease, settlement: Settlement): Promise<Settled>
  onCommit(listener: () => void): () => void
  close(): Promise<void>
}

export function* rows(text: string, ...values: SqlValue[]): Program<Row[]> {
  return yield { text, values }
}

export function* firstRow(text: string, ...values: SqlValue[]): Program<Row | undefined> {
  return (yield { text, values })[0]
}

/**
 * PostgreSQL's text holds no NUL, and before Node 24 SQLite's was cut at one when it was read back.
 * Both engines replace it, as decoders replace what they can not show. Bodies are bytes and stay as
 * they are.
 */
export function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text
}

/** `$3, $4, $5` for a list of values that begins at the third. */
export function placeholders(count: number, first: number): string {
  return Array.from({ length: count }, (_, i) => `$${first + i}`).join(', ')
}

export function asNumber(value: SqlValue | undefined): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  // PostgreSQL gives 64-bit integers as text.
  if (typeof value === 'string' && /^-?\d{1,16}$/.test(value)) return Number(value)
  throw unexpected('an integer', value)
}

export function asText(value: SqlValue | undefined): string {
  if (typeof value === 'string') return value
  throw unexpected('text', value)
}

export function asBytes(value: SqlValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw unexpected('bytes', value)
}

export function orNull<T>(
  convert: (value: SqlValue | undefined) => T,
  value: SqlValue | undefined,
): T | null {
  return value === null || value === undefined ? null : convert(value)
}

function unexpected(wanted: string, value: unknown): HooklineError {
  return new HooklineError(
    'storage_failed',
    `A column should hold ${wanted} and holds ${value === null ? 'null' : typeof value}. The ` +
      'database was changed by another program, or is damaged. Run `pragma integrity_check` on ' +
      'it.',
  )
}
