/** What happens to a checkout session: paid, declined (and open for another try), expired. */
import { putItem } from '../../collection.ts'
import { emitEvent } from '../emit.ts'
import { resolveMethod } from '../find.ts'
import { confirmIntent } from '../intent-steps.ts'
import { newStripeId, unixSeconds } from '../maker.ts'
import { customerDetails, type StoredSession } from '../objects/checkout-session.ts'
import { customerDefaults, newCustomer } from '../objects/customer.ts'
import { type Cause, noCause } from '../objects/event.ts'
import { newPaymentIntent, type PaymentIntent } from '../objects/payment-intent.ts'
import { billingDetails } from '../objects/payment-method.ts'
import type { StripeState } from '../state.ts'

export interface Payment {
  /** A test card's name, such as `pm_card_visa`. */
  readonly card: string
  readonly email: string | null
}

/** Tries to pay an open session. It is complete afterwards, or still open after a decline. */
export function paySession(
  state: StripeState,
  stored: StoredSession,
  { card, email }: Payment,
): StoredSession {
  const cause: Cause = { id: newStripeId(state, 'req_', 14), idempotency_key: null }
  const intent = currentIntent(state, stored, { email, cause })
  const billing = billingDetails({ email })
  const about = { param: 'card', customer: intent.customer, billing }
  const method = resolveMethod(state, card, about)
  const after = confirmIntent(state, intent, { stored: method, cause })
  const tried = { ...stored, intentId: after.id }
  if (after.last_payment_error) return putItem(state.sessions, tried)
  return completeSession(state, tried, { intent: after, email })
}

/**
 * As the API makes it: the intent comes to be at the first try, and later tries use the same one.
 */
function currentIntent(
  state: StripeState,
  stored: StoredSession,
  { email, cause }: { email: string | null; cause: Cause },
): PaymentIntent {
  const known = state.intents.items.get(stored.intentId ?? '')
  if (known) return known
  const customer = stored.session.customer ?? newCustomerFor(state, stored, { email, cause })
  const choices = { ...stored.intentChoices, customer, payment_method: null }
  const intent = putItem(state.intents, newPaymentIntent(state, choices))
  emitEvent(state, 'payment_intent.created', intent, { cause })
  return intent
}

function newCustomerFor(
  state: StripeState,
  { session }: StoredSession,
  { email, cause }: { email: string | null; cause: Cause },
): string | null {
  if (session.customer_creation !== 'always') return null
  const customer = newCustomer(state, { ...customerDefaults, email })
  putItem(state.customers, customer)
  emitEvent(state, 'customer.created', customer, { cause })
  return customer.id
}

function completeSession(
  state: StripeState,
  stored: StoredSession,
  { intent, email }: { intent: PaymentIntent; email: string | null },
): StoredSession {
  const complete = putItem(state.sessions, {
    ...stored,
    session: {
      ...stored.session,
      customer: intent.customer,
      customer_details: customerDetails(email),
      payment_intent: intent.id,
      payment_status: intent.status === 'succeeded' ? 'paid' : 'unpaid',
      status: 'complete',
      url: null,
    },
  })
  emitEvent(state, 'checkout.session.completed', complete.session, { cause: noCause })
  return complete
}

export function expireSession(
  state: StripeState,
  stored: StoredSession,
  cause: Cause,
): StoredSession {
  const expired = putItem(state.sessions, {
    ...stored,
    session: { ...stored.session, status: 'expired', url: null },
  })
  emitEvent(state, 'checkout.session.expired', expired.session, { cause })
  return expired
}

/** The session as it is now: one whose time is over expires when it is next looked at. */
export function withDueExpiry(state: StripeState, stored: StoredSession): StoredSession {
  const { session } = stored
  const isDue = session.status === 'open' && session.expires_at <= unixSeconds(state)
  return isDue ? expireSession(state, stored, noCause) : stored
}
