/**
 * The client that `tx.transaction` gives to a handler: it can ask and change rows within the
 * settling transaction, and can neither end that transaction nor outlive the callback.
 */
import type { PoolClient } from 'pg'
import { HooklineError } from '../../base/errors.ts'
import type { AppTransaction, SqlClient, SqlResult } from '../storage.ts'

/** The connection and the rows that it holds are others' for longer than this at most. */
export const callbackMsMax = 5_000
/** Statements about rows. Any other could end the transaction or change how it is committed. */
const allowed = /^(select|insert|update|delete|merge|with|values|table|lock|call|truncate)\b/i
const blank = /^(?:[\s;(]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/

interface State {
  readonly client: PoolClient
  /** The statements one after the other: a connection takes one at a time. */
  last: Promise<unknown>
  /** The first error of the database; whatever the callback makes of it, the attempt has failed. */
  refused: unknown
  isEnded: boolean
}

/** @throws what the database refused, or else what the callback threw. */
export async function runAppTransaction(
  client: PoolClient,
  run: AppTransaction,
  timeoutMs = callbackMsMax,
): Promise<void> {
  const state: State = { client, last: Promise.resolve(), refused: undefined, isEnded: false }
  const { promise: expired, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(timeoutError(timeoutMs)), timeoutMs)
  let thrown: { error: unknown } | undefined
  try {
    const app: SqlClient = { query: (text, values = []) => query(state, text, values) }
    await Promise.race([(async () => run(app))(), expired])
  } catch (error) {
    thrown = { error }
  }
  clearTimeout(timer)
  state.isEnded = true
  // What was not awaited is part of the transaction all the same.
  await state.last
  if (state.refused !== undefined) throw state.refused
  if (thrown) throw asFault(thrown.error)
}

function query<R>(state: State, text: string, values: readonly unknown[]): Promise<SqlResult<R>> {
  const asked = state.last.then(async () => {
    refuse(state, text)
    try {
      // Extended: of several statements in one text the server refuses all.
      const config = { text, values: [...values], queryMode: 'extended' }
      const { rows, rowCount } = await state.client.query(config)
      return { rows: rows as R[], rowCount: rowCount ?? 0 } // the caller knows its columns
    } catch (error) {
      state.refused ??= error
      throw error
    }
  })
  state.last = asked.catch(() => {})
  return asked
}

function refuse(state: State, text: string): void {
  if (state.isEnded || state.refused !== undefined) {
    throw new HooklineError(
      'transaction_ended',
      'This transaction takes no more statements: its callback has ended, ran out of time, or ' +
        'had a statement refused before. Await every query within the callback.',
    )
  }
  if (allowed.test(text.replace(blank, ''))) return
  throw new HooklineError(
    'payload_invalid',
    'tx.transaction takes statements about rows: select, insert, update, delete, merge, with, ' +
      'values, table, lock, call, truncate. The transaction is begun and ended by Hookline, ' +
      'together with the delivery. Leave begin, commit, rollback and set out.',
  )
}

/** What the app threw is the app's, whatever code it carries: it is never a fault of the server. */
function asFault(error: unknown): HooklineError {
  if (error instanceof HooklineError && error.cause === undefined) return error
  const said = error instanceof Error ? error.message : String(error)
  return new HooklineError(
    'transaction_ended',
    `The callback of tx.transaction threw: ${said}. Nothing of this attempt was written.`,
  )
}

function timeoutError(timeoutMs: number): HooklineError {
  return new HooklineError(
    'handler_timeout',
    `The callback of tx.transaction did not end within ${timeoutMs} ms, in which it holds a ` +
      'connection and locks. It likely waits for something outside of the database. Do that in ' +
      'the handler before, and only query in the callback.',
  )
}
