/** Calls the app's handler for one delivery: with a time limit, and with no transaction open. */
import { errorText, HooklineError } from '../base/errors.ts'
import type { ClaimedDelivery, DocumentRead, Effect, Storage } from '../storage/storage.ts'
import type { EventRecord, Handler } from './handler.ts'
import { newCollected, newTransaction } from './transaction.ts'

export type Called =
  | {
      readonly outcome: 'done'
      readonly effects: readonly Effect[]
      readonly reads: readonly DocumentRead[]
    }
  | { readonly outcome: 'parked'; readonly on: string }
  | { readonly outcome: 'failed' | 'timed_out'; readonly error: string }

export interface CallOptions {
  readonly storage: Pick<Storage, 'document' | 'engine'>
  readonly handler: Handler
  readonly delivery: ClaimedDelivery
  readonly event: EventRecord
  /** Aborted where the lease is lost or the process stops. */
  readonly signal: AbortSignal
}

export async function callHandler(options: CallOptions): Promise<Called> {
  const { handler, event } = options
  const collected = newCollected()
  const limit = startLimit(handler, options.signal)
  const tx = newTransaction(options.storage, collected, {
    ...options,
    signal: () => signalOf(limit),
  })
  try {
    const payload = handler.provider.parse(event.body)
    const run = async () => handler.run(payload as never, tx) // typed where it was registered
    await Promise.race([run(), limit.reached])
    if (collected.parkedOn !== undefined) return { outcome: 'parked', on: collected.parkedOn }
    return { outcome: 'done', effects: collected.effects, reads: [...collected.reads.values()] }
  } catch (error) {
    const isTimeout = error instanceof HooklineError && error.code === 'handler_timeout'
    return { outcome: isTimeout ? 'timed_out' : 'failed', error: errorText(error) }
  } finally {
    collected.isEnded = true
    clearTimeout(limit.timer)
  }
}

interface Limit {
  /** Rejects where the time is over, the lease is lost or the process stops. */
  readonly reached: Promise<never>
  timer: NodeJS.Timeout | undefined
  /** Made for those handlers alone that look at it: it costs as much as a small handler. */
  abort: AbortController | undefined
  reason: { readonly error: unknown } | undefined
}

function startLimit({ target, timeoutMs }: Handler, signal: AbortSignal): Limit {
  const { promise: reached, reject } = Promise.withResolvers<never>()
  const limit: Limit = { reached, timer: undefined, abort: undefined, reason: undefined }
  const end = (error: unknown) => {
    limit.reason ??= { error }
    limit.abort?.abort(error)
    reject(error)
  }
  // A payload that can not be read ends the attempt before anybody waits for the limit.
  reached.catch(() => {})
  if (signal.aborted) end(signal.reason)
  signal.addEventListener('abort', () => end(signal.reason), { once: true })
  limit.timer = setTimeout(() => end(timeoutError(target, timeoutMs)), timeoutMs)
  return limit
}

function signalOf(limit: Limit): AbortSignal {
  if (!limit.abort) {
    limit.abort = new AbortController()
    if (limit.reason) limit.abort.abort(limit.reason.error)
  }
  return limit.abort.signal
}

function timeoutError(target: string, timeoutMs: number): HooklineError {
  return new HooklineError(
    'handler_timeout',
    `The handler ${target} did not end within ${timeoutMs} ms. It likely waits for something ` +
      'that never comes. Give your calls a time limit, pass tx.signal on, or raise timeoutMs.',
  )
}
