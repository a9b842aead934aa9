/** `/v1/charges` and `/v1/payment_methods`, to read; `/v1/refunds`, to give money back. */
import { putItem } from '../../collection.ts'
import type { StripeCall, StripeRoute } from '../call.ts'
import { emitEvent } from '../emit.ts'
import { findByParam, findByPath } from '../find.ts'
import { listPage } from '../lists.ts'
import { metadataAfter } from '../metadata.ts'
import type { Charge } from '../objects/charge.ts'
import { newRefund, type Refund } from '../objects/refund.ts'
import { choice, integer, missingParam, text } from '../params.ts'
import { StripeError } from '../stripe-error.ts'

export const chargeRoutes: readonly StripeRoute[] = [
  { method: 'GET', path: '/v1/charges', answer: listCharges },
  { method: 'GET', path: '/v1/charges/:id', answer: findCharge },
  { method: 'GET', path: '/v1/payment_methods/:id', answer: findMethod },
  { method: 'POST', path: '/v1/refunds', answer: createRefund },
  { method: 'GET', path: '/v1/refunds', answer: listRefunds },
  { method: 'GET', path: '/v1/refunds/:id', answer: findRefund },
]

function listCharges({ state, params }: StripeCall): object {
  const customer = text(params, 'customer')
  const intent = text(params, 'payment_intent')
  return listPage(state.charges, {
    params,
    url: '/v1/charges',
    created: (charge) => charge.created,
    matches: (charge) =>
      (!customer || charge.customer === customer) && (!intent || charge.payment_intent === intent),
  })
}

function findCharge({ state, id }: StripeCall): Charge {
  return findByPath(state.charges, id, { object: 'charge' })
}

function findMethod({ state, id }: StripeCall): object {
  return findByPath(state.methods, id, { object: 'PaymentMethod' }).method
}

function listRefunds({ state, params }: StripeCall): object {
  const charge = text(params, 'charge')
  const intent = text(params, 'payment_intent')
  return listPage(state.refunds, {
    params,
    url: '/v1/refunds',
    created: (refund) => refund.created,
    matches: (refund) =>
      (!charge || refund.charge === charge) && (!intent || refund.payment_intent === intent),
  })
}

function findRefund({ state, id }: StripeCall): Refund {
  return findByPath(state.refunds, id, { object: 'refund' })
}

function createRefund(call: StripeCall): Refund {
  const { state, params, cause } = call
  const charge = refundedCharge(call)
  const left = charge.amount_captured - charge.amount_refunded
  if (!charge.captured || left <= 0) throw nothingLeft(charge)
  const amount = integer(params, 'amount', { min: 1, max: left }) ?? left
  const reasons = ['duplicate', 'fraudulent', 'requested_by_customer'] as const
  const reason = choice(params, 'reason', reasons) ?? null
  const refund = newRefund(state, { charge, amount, reason, metadata: metadataAfter(params) })
  putItem(state.refunds, refund)
  const after = putItem(state.charges, {
    ...charge,
    amount_refunded: charge.amount_refunded + amount,
    refunded: amount === left,
  })
  emitEvent(state, 'charge.refunded', after, { cause })
  emitEvent(state, 'refund.created', refund, { cause })
  return refund
}

function refundedCharge({ state, params }: StripeCall): Charge {
  const byCharge = findByParam(state.charges, params, { name: 'charge', object: 'charge' })
  if (byCharge) return byCharge
  const about = { name: 'payment_intent', object: 'payment_intent' }
  const intent = findByParam(state.intents, params, about)
  if (!intent) throw missingParam(params, 'payment_intent')
  const charge = state.charges.items.get(intent.latest_charge ?? '')
  if (charge) return charge
  throw new StripeError({
    status: 400,
    type: 'invalid_request_error',
    code: 'charge_not_refundable',
    message: `The PaymentIntent ${intent.id} has no charge to refund.`,
  })
}

function nothingLeft(charge: Charge): StripeError {
  return new StripeError({
    status: 400,
    type: 'invalid_request_error',
    code: charge.refunded ? 'charge_already_refunded' : 'charge_not_refundable',
    message: `Nothing of the charge ${charge.id} is left to refund.`,
  })
}
