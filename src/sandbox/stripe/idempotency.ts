/**
 * Idempotency keys: a repeated request gets the first one's answer, and a key that comes back with
 * other parameters is refused. What failed before it was carried out is not kept, so it may be
 * tried again.
 */
import { putItem } from '../collection.ts'
import type { StoredReply, StripeState } from './state.ts'
import { invalidParam, StripeError } from './stripe-error.ts'

export const idempotencyKeyCharactersMax = 255
export const replyKeptMs = 24 * 3_600_000

export interface Reply {
  readonly status: number
  readonly body: string
}

export interface KeyedRequest {
  /** Null where the caller sent none. */
  readonly key: string | null
  readonly fingerprint: string
  readonly requestId: string
}

/** The stored reply, or what `run` makes and which is then stored. */
export function replyOnce(
  state: StripeState,
  request: KeyedRequest,
  run: () => Reply,
): { reply: Reply; original?: StoredReply } {
  const { key } = request
  if (key === null) return { reply: run() }
  if (key.length > idempotencyKeyCharactersMax) throw keyTooLong()
  const original = state.replies.items.get(key)
  if (original && state.clock.now() - original.storedAt < replyKeptMs) {
    if (original.fingerprint !== request.fingerprint) throw keyReused()
    return { reply: original, original }
  }
  const reply = run()
  if (isCarriedOut(reply)) {
    state.replies.items.delete(key) // an expired one would keep its old place in the order
    const { fingerprint, requestId } = request
    putItem(state.replies, {
      ...reply,
      id: key,
      fingerprint,
      requestId,
      storedAt: state.clock.now(),
    })
  }
  return { reply }
}

/** A declined card is an outcome like a success; a refused parameter never began. */
function isCarriedOut({ status }: Reply): boolean {
  return status < 300 || status === 402
}

function keyReused(): StripeError {
  return new StripeError({
    status: 400,
    type: 'idempotency_error',
    message:
      'Keys for idempotent requests can only be used with the same parameters they were first ' +
      'used with. Send another Idempotency-Key for another request.',
  })
}

function keyTooLong(): StripeError {
  const message = `An Idempotency-Key has at most ${idempotencyKeyCharactersMax} characters.`
  return invalidParam('Idempotency-Key', 'parameter_too_long', message)
}
