/** Collects what a handler asks to have written. It writes nothing itself. */
import { HooklineError } from '../base/errors.ts'
import type { JsonObject } from '../base/json.ts'
import { checkDocumentPath, documentBytesMax } from '../storage/document-path.ts'
import type {
  AppTransaction,
  ClaimedDelivery,
  DocumentRead,
  Effect,
  EngineName,
  SqlValue,
  Storage,
} from '../storage/storage.ts'
import type { EventRecord, SqlParameter, Transaction, TransactionDocument } from './handler.ts'

export const effectsMax = 1_000

/** Statements that change rows. Anything else could end the transaction that they are part of. */
const allowedSql = /^\s*(insert|update|delete|replace|with)\b/i

export interface Collected {
  readonly effects: Effect[]
  readonly reads: Map<string, DocumentRead>
  parkedOn: string | undefined
  /** Set when the attempt is over: what a handler does after that is refused. */
  isEnded: boolean
}

export function newCollected(): Collected {
  return { effects: [], reads: new Map(), parkedOn: undefined, isEnded: false }
}

interface TransactionOptions {
  readonly delivery: ClaimedDelivery
  readonly event: EventRecord
  /** Made when it is first looked at. */
  readonly signal: () => AbortSignal
}

/**
 * A class, because V8 makes a hidden class for each object literal that has a getter, and keeps it
 * until the next full collection with all that the getter holds on to.
 */
class SignalWhenAsked {
  readonly #signal: () => AbortSignal

  constructor(signal: () => AbortSignal) {
    this.#signal = signal
  }

  get signal(): AbortSignal {
    return this.#signal()
  }
}

/** Its functions are its own, so that a handler may take them out of it. */
export function newTransaction(
  storage: Pick<Storage, 'document' | 'engine'>,
  collected: Collected,
  { delivery, event, signal }: TransactionOptions,
): Transaction {
  return Object.assign(new SignalWhenAsked(signal), {
    event,
    attempt: delivery.attempt,
    doc: (path: string) => transactionDocument(storage, collected, checkDocumentPath(path)),
    sql: (strings: TemplateStringsArray, ...values: readonly SqlParameter[]) =>
      collect(collected, toSqlEffect(strings, values)),
    transaction: (run: AppTransaction) =>
      collect(collected, toTransactionEffect(storage.engine, run)),
    park: (reason: string) => {
      refuseEnded(collected)
      collected.parkedOn = String(reason)
    },
    idempotencyKey: (step: string) => `${delivery.id}_${step}`,
  })
}

function transactionDocument(
  storage: Pick<Storage, 'document' | 'engine'>,
  collected: Collected,
  path: string,
): TransactionDocument {
  return {
    get: async () => {
      refuseEnded(collected)
      const stored = await storage.document(path)
      // The version of the first look counts: had it changed since, the handler has seen two
      // states.
      if (!collected.reads.has(path)) {
        collected.reads.set(path, { path, version: stored?.version ?? 0 })
      }
      return withOwnWrites(path, stored?.data, collected.effects)
    },
    set: (data) => collect(collected, { kind: 'set', path, data: toJsonObject(path, data) }),
    update: (patch) =>
      collect(collected, { kind: 'update', path, patch: toJsonObject(path, patch) }),
    delete: () => collect(collected, { kind: 'delete', path }),
  }
}

function withOwnWrites(
  path: string,
  stored: JsonObject | undefined,
  effects: readonly Effect[],
): JsonObject | undefined {
  let data = stored
  for (const effect of effects) {
    if (!('path' in effect) || effect.path !== path) continue
    if (effect.kind === 'set') data = effect.data
    if (effect.kind === 'update') data = { ...data, ...effect.patch }
    if (effect.kind === 'delete') data = undefined
  }
  return data && structuredClone(data)
}

function collect(collected: Collected, effect: Effect): void {
  refuseEnded(collected)
  if (collected.effects.length >= effectsMax) {
    throw new HooklineError(
      'payload_invalid',
      `The handler asked for more than ${effectsMax} writes in one attempt. It likely loops. ` +
        'Split the work into several events, or write fewer, larger documents.',
    )
  }
  collected.effects.push(effect)
}

function refuseEnded(collected: Collected): void {
  if (!collected.isEnded) return
  throw new HooklineError(
    'transaction_ended',
    'The attempt is over and its tx takes nothing more. The handler likely went on after its ' +
      'time limit, or did not await something. Await every promise, and stop when tx.signal is ' +
      'aborted.',
  )
}

function toSqlEffect(strings: TemplateStringsArray, values: readonly SqlParameter[]): Effect {
  if (!Array.isArray(strings) || !('raw' in strings)) {
    throw new HooklineError(
      'payload_invalid',
      'tx.sql is a template tag: tx.sql`update orders set paid = 1`. Called as a function ' +
        'it would put values into the text of the statement.',
    )
  }
  const text = strings.reduce((sql, part, i) => `${sql}$${i}${part}`)
  if (!allowedSql.test(text)) {
    throw new HooklineError(
      'payload_invalid',
      'tx.sql takes insert, update, delete, replace and with. It runs inside the transaction ' +
        'that settles the delivery, which no statement may begin or end.',
    )
  }
  return { kind: 'sql', text, values: values.map(toSqlValue) }
}

function toTransactionEffect(engine: EngineName, run: AppTransaction): Effect {
  if (engine !== 'postgres') {
    throw new HooklineError(
      'config_invalid',
      'tx.transaction needs PostgreSQL, and this app runs on SQLite, whose transactions must end ' +
        'before any other code runs. Use tx.sql, or set HOOKLINE_DATABASE=postgres://… to the ' +
        "app's own database.",
    )
  }
  if (typeof run === 'function') return { kind: 'transaction', run }
  throw new HooklineError(
    'payload_invalid',
    'tx.transaction was given no function. It takes one that is called with a client: ' +
      "tx.transaction(async (client) => { await client.query('update …') }).",
  )
}

function toSqlValue(value: SqlParameter): SqlValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  const isKnown = value === null || ['number', 'bigint', 'string'].includes(typeof value)
  if (isKnown || value instanceof Uint8Array) return value
  throw new HooklineError(
    'payload_invalid',
    `tx.sql was given a value of type ${typeof value}. A column takes null, numbers, text, ` +
      'booleans and bytes. Turn anything else into text first, for example with JSON.stringify.',
  )
}

/** A copy, as it will be stored: later changes to the object the handler holds do not count. */
function toJsonObject(path: string, data: object): JsonObject {
  const text = JSON.stringify(data)
  const copy: unknown = text === undefined ? undefined : JSON.parse(text)
  if (typeof copy !== 'object' || copy === null || Array.isArray(copy)) {
    throw new HooklineError(
      'payload_invalid',
      `The document ${path} would not be an object. A document is a JSON object at its top. Wrap ` +
        `the value.`,
    )
  }
  if (Buffer.byteLength(text) > documentBytesMax) {
    throw new HooklineError(
      'document_too_large',
      `The document ${path} would be over ${documentBytesMax} bytes. Split it into several paths.`,
    )
  }
  return copy as JsonObject // an object that JSON.parse made
}
