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
  const limit = new AbortController()
  const signal = AbortSignal.any([limit.signal, options.signal])
  const tx = newTransaction(options.storage, collected, { ...options, signal })
  const timeout = startTimeout(handler, limit)
  try {
    const payload = handler.provider.parse(event.body)
    const run = async () => handler.run(payload as never, tx) // typed where it was registered
    await Promise.race([run(), timeout.expired, abortion(options.signal)])
    if (collected.parkedOn !== undefined) return { outcome: 'parked', on: collected.parkedOn }
    return { outcome: 'done', effects: collected.effects, reads: [...collected.reads.values()] }
  } catch (error) {
    const isTimeout = error instanceof HooklineError && error.code === 'handler_timeout'
    return { outcome: isTimeout ? 'timed_out' : 'failed', error: errorText(error) }
  } finally {
    collected.isEnded = true
    clearTimeout(timeout.timer)
  }
}

function startTimeout({ target, timeoutMs }: Handler, limit: AbortController) {
  const { promise: expired, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new HooklineError(
      'handler_timeout',
      `The handler ${target} did not end within ${timeoutMs} ms. It likely waits for something ` +
        `that never ` +
        'comes. Give your calls a time limit, pass tx.signal on, or raise timeoutMs.',
    )
    limit.abort(error)
    reject(error)
  }, timeoutMs)
  return { expired, timer }
}

function abortion(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
