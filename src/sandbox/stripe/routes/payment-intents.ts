/** `/v1/payment_intents`: create, retrieve, list, update, confirm, capture, cancel. */
import { putItem } from '../../collection.ts'
import type { StripeCall, StripeRoute } from '../call.ts'
import { emitEvent } from '../emit.ts'
import { customerParam, findByPath, resolveMethod } from '../find.ts'
import {
  cancelIntent,
  captureIntent,
  cardError,
  confirmIntent,
  requireStatus,
} from '../intent-steps.ts'
import { listPage } from '../lists.ts'
import { metadataAfter } from '../metadata.ts'
import { amountMax, currencyParam } from '../money.ts'
import {
  intentDefaults,
  newPaymentIntent,
  type PaymentIntent,
  type PaymentIntentChoices,
} from '../objects/payment-intent.ts'
import {
  choice,
  flag,
  hash,
  integer,
  missingParam,
  type Params,
  paramName,
  requiredText,
  text,
  textAfter,
  texts,
} from '../params.ts'
import { invalidParam } from '../stripe-error.ts'

const path = '/v1/payment_intents'

export const paymentIntentRoutes: readonly StripeRoute[] = [
  { method: 'POST', path, answer: create },
  { method: 'GET', path, answer: list },
  { method: 'GET', path: `${path}/:id`, answer: find },
  { method: 'POST', path: `${path}/:id`, answer: update },
  { method: 'POST', path: `${path}/:id/confirm`, answer: confirm },
  { method: 'POST', path: `${path}/:id/capture`, answer: capture },
  { method: 'POST', path: `${path}/:id/cancel`, answer: cancel },
]

function create(call: StripeCall): PaymentIntent {
  const { state, params, cause } = call
  const amount = requiredAmount(params)
  const currency = currencyParam(params)
  const customer = customerParam(state, params)?.id ?? null
  const choices = { ...intentChoices(params), amount, currency, customer }
  const isConfirmed = flag(params, 'confirm') ?? false
  if (isConfirmed) requiredText(params, 'payment_method')
  const payment_method = chosenMethod(call, customer)
  const intent = putItem(state.intents, newPaymentIntent(state, { ...choices, payment_method }))
  emitEvent(state, 'payment_intent.created', intent, { cause })
  return isConfirmed ? confirmWith(call, intent, payment_method) : intent
}

function list({ state, params }: StripeCall): object {
  const customer = text(params, 'customer')
  return listPage(state.intents, {
    params,
    url: path,
    created: (intent) => intent.created,
    matches: (intent) => !customer || intent.customer === customer,
  })
}

function find({ state, id }: StripeCall): PaymentIntent {
  return findByPath(state.intents, id, { object: 'payment_intent', param: 'intent' })
}

function update(call: StripeCall): PaymentIntent {
  const { state, params } = call
  const intent = find(call)
  const isPriceChanged = 'amount' in params.fields || 'currency' in params.fields
  if (isPriceChanged || 'payment_method' in params.fields) {
    requireStatus(intent, 'updated', ['requires_payment_method', 'requires_confirmation'])
  }
  const customer = customerParam(state, params)?.id ?? intent.customer
  const payment_method = chosenMethod(call, customer) ?? intent.payment_method
  const { payment_method_types, ...chosen } = intentChoices(params, intent)
  return putItem(state.intents, {
    ...intent,
    ...chosen,
    ...(payment_method_types && { payment_method_types }),
    ...('amount' in params.fields && { amount: requiredAmount(params) }),
    ...('currency' in params.fields && { currency: currencyParam(params) }),
    customer,
    payment_method,
    status: payment_method && isOpen(intent) ? 'requires_confirmation' : intent.status,
  })
}

function confirm(call: StripeCall): PaymentIntent {
  const intent = find(call)
  requireStatus(intent, 'confirmed', ['requires_payment_method', 'requires_confirmation'])
  return confirmWith(call, intent, chosenMethod(call, intent.customer) ?? intent.payment_method)
}

function capture(call: StripeCall): PaymentIntent {
  const intent = find(call)
  requireStatus(intent, 'captured', ['requires_capture'])
  const range = { min: 1, max: intent.amount_capturable }
  const amount = integer(call.params, 'amount_to_capture', range) ?? intent.amount_capturable
  return captureIntent(call.state, intent, { amount, cause: call.cause })
}

function cancel(call: StripeCall): PaymentIntent {
  const intent = find(call)
  const reasons = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'] as const
  const reason = choice(call.params, 'cancellation_reason', reasons) ?? null
  return cancelIntent(call.state, intent, { reason, cause: call.cause })
}

function confirmWith(call: StripeCall, intent: PaymentIntent, method: string | null) {
  const { state, params, cause } = call
  if (!method) throw missingParam(params, 'payment_method')
  const stored = resolveMethod(state, method, { param: 'payment_method' })
  const after = confirmIntent(state, intent, { stored, cause })
  if (after.last_payment_error) throw cardError(after, after.last_payment_error)
  return after
}

/**
 * The id of the payment method that the call names; a test card's name becomes a method of its own.
 */
function chosenMethod({ state, params }: StripeCall, customer: string | null): string | null {
  const name = text(params, 'payment_method')
  if (!name) return null
  return resolveMethod(state, name, { param: 'payment_method', customer }).id
}

function isOpen({ status }: PaymentIntent): boolean {
  return status === 'requires_payment_method' || status === 'requires_confirmation'
}

function requiredAmount(params: Params): number {
  const param = paramName(params, 'amount')
  const amount = integer(params, 'amount', { min: -amountMax, max: amountMax })
  if (amount === undefined) throw missingParam(params, 'amount')
  if (amount > 0) return amount
  throw invalidParam(param, 'parameter_invalid_integer', 'Invalid integer: must be at least 1')
}

/**
 * What an intent is made of besides its price, from a call or from a checkout's
 * `payment_intent_data`.
 */
export function intentChoices(
  params: Params,
  before: Omit<PaymentIntentChoices, 'amount' | 'currency'> = intentDefaults,
): Omit<PaymentIntentChoices, 'amount' | 'currency'> {
  const captures = ['automatic', 'automatic_async', 'manual'] as const
  const usages = ['off_session', 'on_session'] as const
  const automatic = hash(params, 'automatic_payment_methods')
  const isAutomatic = automatic ? (flag(automatic, 'enabled') ?? true) : true
  return {
    capture_method: choice(params, 'capture_method', captures) ?? before.capture_method,
    customer: before.customer,
    description: textAfter(params, 'description', before.description),
    metadata: metadataAfter(params, before.metadata),
    payment_method: before.payment_method,
    payment_method_types:
      texts(params, 'payment_method_types') ?? (isAutomatic ? undefined : ['card']),
    receipt_email: textAfter(params, 'receipt_email', before.receipt_email),
    setup_future_usage: choice(params, 'setup_future_usage', usages) ?? before.setup_future_usage,
    statement_descriptor: textAfter(params, 'statement_descriptor', before.statement_descriptor),
    statement_descriptor_suffix: textAfter(
      params,
      'statement_descriptor_suffix',
      before.statement_descriptor_suffix,
    ),
  }
}
