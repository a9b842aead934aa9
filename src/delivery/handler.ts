/** What an app registers for an event, and what it is called with. */

import { HooklineError } from '../base/errors.ts'
import type { Json, JsonObject } from '../base/json.ts'
import type { Mode } from '../base/mode.ts'
import type { NewDelivery, SqlClient } from '../storage/storage.ts'
import type { RetryOptions } from './backoff.ts'

/** Hookline's record of the event that a handler was called for. */
export interface EventRecord {
  readonly id: string
  readonly source: string
  readonly type: string
  readonly mode: Mode
  readonly dedupeKey: string
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  /** When it happened at the provider, in milliseconds since 1970, where the event says so. */
  readonly occurredAt: number | null
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The bytes that were received and verified. */
  readonly body: Uint8Array
}

/**
 * What a handler asks to have written. Nothing is applied while the handler runs: all of it is
 * committed in one transaction after the handler resolved, exactly once, or not at all.
 */
export interface Transaction {
  readonly event: EventRecord
  /** 1, 2, …; attempts that ended with their process are counted. */
  readonly attempt: number
  /** Aborted at the handler's time limit, when the lease is lost, and at shutdown. */
  readonly signal: AbortSignal
  doc(path: string): TransactionDocument
  /**
   * A statement on the app's own tables in Hookline's database: `` tx.sql`update orders set …`
   * ``.
   */
  sql(strings: TemplateStringsArray, ...values: readonly SqlParameter[]): void
  /**
   * A callback on the app's own tables, run once the handler has resolved, inside of the
   * transaction that settles the delivery; what it changes is committed exactly once. It may be
   * run again, from its start, where it lost against another transaction, and has five seconds.
   * Needs Hookline in the app's own PostgreSQL.
   * @example tx.transaction(async (client) => {
   *   const { rows } = await client.query('select total from orders where id = $1', [orderId])
   * })
   */
  transaction(run: (client: SqlClient) => unknown): void
  /** Waits until the document at this path is written; nothing else of this attempt is applied. */
  park(reason: string): void
  /** Equal in every attempt: give it to the API that you call, so that it acts once. */
  idempotencyKey(step: string): string
}

export interface TransactionDocument {
  /** The data, with this handler's own writes, or undefined. */
  get(): Promise<JsonObject | undefined>
  /** Replaces the document. */
  set(data: object): void
  /** Merges the top level, and creates what is missing. */
  update(patch: object): void
  delete(): void
}

export type SqlParameter = null | boolean | number | bigint | string | Uint8Array

export interface HandlerOptions<Payload = never> {
  /** Names the delivery. Default: the type and its index among the handlers of that type. */
  readonly name?: string
  /** Default 30,000. */
  readonly timeoutMs?: number
  readonly retry?: RetryOptions
  /** Events with the same key are handled one at a time, in the order they were stored. */
  readonly orderBy?: (event: Payload) => string | number | undefined
}

/** Reads the payload of an event from its bytes. */
export interface PayloadParser {
  parse(body: Uint8Array): Json | undefined
}

/** A handler as the worker knows it. */
export interface Handler {
  /** `<source>/<name>`: what its deliveries are addressed to. */
  readonly target: string
  readonly source: string
  readonly name: string
  readonly type: string
  readonly provider: PayloadParser
  readonly run: (event: never, tx: Transaction) => unknown
  readonly timeoutMs: number
  readonly retry: RetryOptions
  readonly orderBy: HandlerOptions['orderBy']
}

export type Handlers = ReadonlyMap<string, Handler>

const timeoutMsDefault = 30_000
const namePattern = /^[\w.\-*:]{1,200}$/

export interface Registration {
  readonly source: string
  /** Undefined: there is no such source. */
  readonly provider: PayloadParser | undefined
  readonly type: string
  readonly run: Handler['run']
  readonly options: HandlerOptions
}

/**
 * @throws HooklineError `config_invalid` for an unknown source, or a name that is taken or not
 * usable.
 */
export function addHandler(handlers: Map<string, Handler>, registration: Registration): void {
  const { source, provider, type, run, options } = registration
  const sameType = [...handlers.values()].filter((h) => h.source === source && h.type === type)
  const name = options.name ?? `${type}-${sameType.length}`
  const target = `${source}/${name}`
  const fault = !provider
    ? `there is no source '${source}'. Name it in hookline({ sources }) first`
    : typeof run !== 'function'
      ? 'the handler is not a function'
      : handlers.has(target)
        ? `the source '${source}' has a handler named '${name}' already. Give each its own { name }`
        : namePattern.test(name)
          ? undefined
          : `'${name}' is not a usable name. Use letters, digits and _ . - : *`
  if (fault || !provider) {
    throw new HooklineError(
      'config_invalid',
      `app.on('${source}', '${type}', …) can not be: ${fault}.`,
    )
  }
  handlers.set(target, {
    target,
    source,
    name,
    type,
    provider,
    run,
    timeoutMs: options.timeoutMs ?? timeoutMsDefault,
    retry: options.retry ?? {},
    orderBy: options.orderBy,
  })
}

/**
 * The deliveries that an event gets. An `orderBy` that throws leaves the event unordered, never
 * unstored.
 */
export function deliveriesFor(
  handlers: Handlers,
  event: { readonly source: string; readonly type: string; readonly body: Uint8Array },
): NewDelivery[] {
  return [...handlers.values()]
    .filter(({ source, type }) => source === event.source && (type === '*' || type === event.type))
    .map((handler) => ({ target: handler.target, orderKey: orderKeyOf(handler, event.body) }))
}

function orderKeyOf({ orderBy, provider }: Handler, body: Uint8Array): string | null {
  if (!orderBy) return null
  try {
    const key = orderBy(provider.parse(body) as never) // typed where the handler was registered
    return key === undefined ? null : String(key)
  } catch {
    return null
  }
}
