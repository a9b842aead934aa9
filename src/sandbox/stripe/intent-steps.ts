/**
 * What happens to a payment intent: confirmed (paid or declined), captured, cancelled. Each step
 * replaces the intent and emits the events that Stripe would.
 */
import { putItem } from '../collection.ts'
import { emitEvent } from './emit.ts'
import { unixSeconds } from './maker.ts'
import { type Charge, newCharge } from './objects/charge.ts'
import type { Cause } from './objects/event.ts'
import type {
  CancellationReason,
  LastPaymentError,
  PaymentIntent,
  PaymentIntentStatus,
} from './objects/payment-intent.ts'
import type { StoredMethod, StripeState } from './state.ts'
import { StripeError } from './stripe-error.ts'
import type { Decline } from './test-cards.ts'

/**
 * Tries to take the money. A decline is an outcome: the intent then says so in
 * `last_payment_error`.
 */
export function confirmIntent(
  state: StripeState,
  intent: PaymentIntent,
  { stored, cause }: { stored: StoredMethod; cause: Cause },
): PaymentIntent {
  const { method, card } = stored
  const charge = putItem(state.charges, newCharge(state, { intent, method, card }))
  if (card.decline) {
    const error = paymentError(charge, stored, card.decline)
    return declineIntent(state, intent, { charge, error, cause })
  }
  emitEvent(state, 'charge.succeeded', charge, { cause })
  const paid = { ...intent, latest_charge: charge.id, payment_method: method.id }
  return intent.capture_method === 'manual'
    ? authorizeIntent(state, paid, cause)
    : succeedIntent(state, { ...paid, amount_received: intent.amount }, cause)
}

function declineIntent(
  state: StripeState,
  intent: PaymentIntent,
  { charge, error, cause }: { charge: Charge; error: LastPaymentError; cause: Cause },
): PaymentIntent {
  const declined = putItem(state.intents, {
    ...intent,
    last_payment_error: error,
    latest_charge: charge.id,
    payment_method: null,
    status: 'requires_payment_method',
  })
  emitEvent(state, 'charge.failed', charge, { cause })
  emitEvent(state, 'payment_intent.payment_failed', declined, { cause })
  return declined
}

function authorizeIntent(state: StripeState, intent: PaymentIntent, cause: Cause): PaymentIntent {
  const authorized = putItem(state.intents, {
    ...intent,
    amount_capturable: intent.amount,
    last_payment_error: null,
    status: 'requires_capture',
  })
  emitEvent(state, 'payment_intent.amount_capturable_updated', authorized, { cause })
  return authorized
}

function succeedIntent(state: StripeState, intent: PaymentIntent, cause: Cause): PaymentIntent {
  const succeeded = putItem(state.intents, {
    ...intent,
    amount_capturable: 0,
    last_payment_error: null,
    status: 'succeeded',
  })
  emitEvent(state, 'payment_intent.succeeded', succeeded, { cause })
  return succeeded
}

/** Takes what was authorized, all of it or a part; the rest is let go. */
export function captureIntent(
  state: StripeState,
  intent: PaymentIntent,
  { amount, cause }: { amount: number; cause: Cause },
): PaymentIntent {
  requireStatus(intent, 'captured', ['requires_capture'])
  const charge = state.charges.items.get(intent.latest_charge ?? '')
  if (charge) {
    const captured = { ...charge, captured: true, amount_captured: amount }
    emitEvent(state, 'charge.captured', putItem(state.charges, captured), { cause })
  }
  return succeedIntent(state, { ...intent, amount_received: amount }, cause)
}

export function cancelIntent(
  state: StripeState,
  intent: PaymentIntent,
  { reason, cause }: { reason: CancellationReason | null; cause: Cause },
): PaymentIntent {
  const cancelable = [
    'requires_payment_method',
    'requires_confirmation',
    'requires_capture',
  ] as const
  requireStatus(intent, 'canceled', cancelable)
  const canceled = putItem(state.intents, {
    ...intent,
    amount_capturable: 0,
    canceled_at: unixSeconds(state),
    cancellation_reason: reason,
    status: 'canceled',
  })
  emitEvent(state, 'payment_intent.canceled', canceled, { cause })
  return canceled
}

/** Refuses a step that the intent's state does not allow. */
export function requireStatus(
  intent: PaymentIntent,
  step: string,
  allowed: readonly PaymentIntentStatus[],
): void {
  if (allowed.includes(intent.status)) return
  throw new StripeError({
    status: 400,
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message:
      `This PaymentIntent could not be ${step} because it has a status of ${intent.status}. ` +
      `It has to have one of: ${allowed.join(', ')}.`,
    more: { payment_intent: intent },
  })
}

/** The answer to an API call whose card was declined. */
export function cardError(intent: PaymentIntent, error: LastPaymentError): StripeError {
  const { code, message, type, ...more } = error
  return new StripeError({
    status: 402,
    type,
    code,
    message,
    more: { ...more, payment_intent: intent },
  })
}

function paymentError(charge: Charge, stored: StoredMethod, decline: Decline): LastPaymentError {
  return {
    charge: charge.id,
    code: decline.code,
    ...(decline.declineCode && { decline_code: decline.declineCode }),
    doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll('_', '-')}`,
    message: decline.message,
    network_decline_code: '05',
    payment_method: stored.method,
    type: 'card_error',
  }
}
