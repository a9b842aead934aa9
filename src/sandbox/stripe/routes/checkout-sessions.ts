/** `/v1/checkout/sessions`: create, retrieve, list, expire; the page itself is in checkout/. */
import { putItem } from '../../collection.ts'
import type { StripeCall, StripeRoute } from '../call.ts'
import { expireSession, withDueExpiry } from '../checkout/pay-session.ts'
import { customerParam, findByPath } from '../find.ts'
import { listPage, pageOf } from '../lists.ts'
import { unixSeconds } from '../maker.ts'
import { metadataAfter } from '../metadata.ts'
import { amountMax } from '../money.ts'
import {
  type CheckoutChoices,
  type CheckoutSession,
  newCheckoutSession,
  type StoredSession,
} from '../objects/checkout-session.ts'
import { choice, hash, integer, missingParam, noParams, type Params, text } from '../params.ts'
import { invalidParam, notInSandbox, StripeError } from '../stripe-error.ts'
import { lineItemsParam } from './line-items.ts'
import { intentChoices } from './payment-intents.ts'

const path = '/v1/checkout/sessions'
const expirySecondsMin = 1_800
const expirySecondsMax = 86_400

export const checkoutSessionRoutes: readonly StripeRoute[] = [
  { method: 'POST', path, answer: create },
  { method: 'GET', path, answer: list },
  { method: 'GET', path: `${path}/:id`, answer: (call) => find(call).session },
  { method: 'GET', path: `${path}/:id/line_items`, answer: listLineItems },
  { method: 'POST', path: `${path}/:id/expire`, answer: expire },
]

function create({ state, params }: StripeCall): CheckoutSession {
  refuseOtherModes(params)
  const customer = customerParam(state, params)?.id ?? null
  const choices = { ...checkoutChoices(params), customer }
  const lineItems = lineItemsParam(state, params)
  const [first] = lineItems
  if (!first) throw missingParam(params, 'line_items')
  const amount = lineItems.reduce((sum, item) => sum + item.amount_total, 0)
  if (amount < 1 || amount > amountMax) throw totalOutOfRange()
  const { currency } = first
  const totals = {
    currency,
    amount,
    expiresAt: expiresAt(state, params),
    publicUrl: state.publicUrl,
  }
  const session = newCheckoutSession(state, choices, totals)
  const chosen = intentChoices(hash(params, 'payment_intent_data') ?? noParams)
  putItem(state.sessions, {
    id: session.id,
    session,
    lineItems,
    intentChoices: { ...chosen, amount, currency, customer },
    intentId: null,
    merchant: merchantName(params, choices.success_url),
    submitText: submitText(params),
  })
  return session
}

function list({ state, params }: StripeCall): object {
  for (const stored of state.sessions.items.values()) withDueExpiry(state, stored)
  const intent = text(params, 'payment_intent')
  const status = text(params, 'status')
  const page = listPage(state.sessions, {
    params,
    url: path,
    created: ({ session }) => session.created,
    matches: ({ session }) =>
      (!intent || session.payment_intent === intent) && (!status || session.status === status),
  })
  return { ...page, data: page.data.map(({ session }) => session) }
}

function find({ state, id }: StripeCall): StoredSession {
  const about = { object: 'checkout.session', param: 'session' }
  return withDueExpiry(state, findByPath(state.sessions, id, about))
}

function listLineItems(call: StripeCall): object {
  const { id, lineItems } = find(call)
  return pageOf(lineItems, { params: call.params, url: `${path}/${id}/line_items` })
}

function expire(call: StripeCall): CheckoutSession {
  const stored = find(call)
  if (stored.session.status === 'open') {
    return expireSession(call.state, stored, call.cause).session
  }
  throw new StripeError({
    status: 400,
    type: 'invalid_request_error',
    message: `Only an open Checkout Session can expire; this one is ${stored.session.status}.`,
  })
}

function refuseOtherModes(params: Params): void {
  const modes = ['payment', 'setup', 'subscription'] as const
  const mode = choice(params, 'mode', modes) ?? 'payment'
  if (mode !== 'payment')
    throw notInSandbox('mode', `checkout with mode=${mode}. Use mode=payment.`)
  const ui = text(params, 'ui_mode') ?? 'hosted_page'
  if (ui !== 'hosted' && ui !== 'hosted_page') {
    throw notInSandbox('ui_mode', `checkout with ui_mode=${ui}. Leave it out for the hosted page.`)
  }
}

function checkoutChoices(params: Params): Omit<CheckoutChoices, 'customer'> {
  const success = urlParam(params, 'success_url')
  if (!success) throw missingParam(params, 'success_url')
  return {
    cancel_url: urlParam(params, 'cancel_url'),
    client_reference_id: text(params, 'client_reference_id') ?? null,
    customer_creation:
      choice(params, 'customer_creation', ['always', 'if_required']) ?? 'if_required',
    customer_email: text(params, 'customer_email') ?? null,
    metadata: metadataAfter(params),
    success_url: success,
  }
}

/** Where the browser goes next; `javascript:` and the like would run in the page. */
function urlParam(params: Params, name: string): string | null {
  const value = text(params, name)
  if (!value) return null
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value
  throw invalidParam(
    name,
    'url_invalid',
    'Not a valid URL: it has to begin with http:// or https://.',
  )
}

function expiresAt(state: StripeCall['state'], params: Params): number {
  const now = unixSeconds(state)
  const range = { min: now + expirySecondsMin, max: now + expirySecondsMax }
  return integer(params, 'expires_at', range) ?? range.max
}

function totalOutOfRange(): StripeError {
  const message = `The total has to be from 1 to ${amountMax} in the currency's smallest unit.`
  return invalidParam('line_items', 'amount_invalid', message)
}

function merchantName(params: Params, successUrl: string): string {
  const branding = hash(params, 'branding_settings')
  return (branding && text(branding, 'display_name')) || new URL(successUrl).host
}

function submitText(params: Params): string | null {
  const submit = hash(hash(params, 'custom_text') ?? noParams, 'submit')
  return (submit && text(submit, 'message')) ?? null
}
