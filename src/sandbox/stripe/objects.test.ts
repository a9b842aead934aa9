/** The compiler is the oracle: every object must be what the SDK promises to TypeScript users. */
import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import type { Maker } from './maker.ts'
import { newCharge } from './objects/charge.ts'
import { newCheckoutSession } from './objects/checkout-session.ts'
import { customerDefaults, newCustomer } from './objects/customer.ts'
import { newLineItem } from './objects/line-item.ts'
import { intentDefaults, newPaymentIntent } from './objects/payment-intent.ts'
import { newPaymentMethod } from './objects/payment-method.ts'
import { newRefund } from './objects/refund.ts'
import { newWebhookEndpoint } from './objects/webhook-endpoint.ts'
import { testCard } from './test-cards.ts'

const maker: Maker = { clock: { now: () => 1_700_000_000_000 }, random: () => 0.5 }
const card = testCard('pm_card_visa') ?? { brand: 'visa', last4: '', funding: 'credit' }
const url = 'http://127.0.0.1:1/'

const method: Stripe.PaymentMethod = newPaymentMethod(maker, card)
const made = newPaymentIntent(maker, { ...intentDefaults, amount: 999, currency: 'usd' })
const intent: Stripe.PaymentIntent = made
const sessionChoices = {
  cancel_url: null,
  client_reference_id: null,
  customer: null,
  customer_creation: 'if_required' as const,
  customer_email: 'ann@example.com',
  metadata: {},
  success_url: url,
}
const totals = { currency: 'usd', amount: 999, expiresAt: 1, publicUrl: 'http://127.0.0.1:1' }
const session: Stripe.Checkout.Session = newCheckoutSession(maker, sessionChoices, totals)
const charged = newCharge(maker, { intent: made, method: newPaymentMethod(maker, card), card })
const charge: Stripe.Charge = charged
const customer: Stripe.Customer = newCustomer(maker, customerDefaults)
const refundOptions = { charge: charged, amount: 1, reason: null, metadata: {} }
const refund: Stripe.Refund = newRefund(maker, refundOptions)
const endpoint: Stripe.WebhookEndpoint = newWebhookEndpoint(maker, { url, enabledEvents: ['*'] })

/** The SDK makes a Decimal of this text; nothing else of a line item differs. */
type WireLineItem = Omit<Stripe.LineItem, 'price'> & {
  readonly price: Omit<Stripe.Price, 'unit_amount_decimal'>
}
const lineItem: WireLineItem = newLineItem(maker, {
  name: 'Sticker',
  description: null,
  currency: 'usd',
  unitAmount: 400,
  quantity: 2,
})

test.each([
  [method, 'payment_method', /^pm_/],
  [intent, 'payment_intent', /^pi_/],
  [session, 'checkout.session', /^cs_test_/],
  [charge, 'charge', /^ch_/],
  [customer, 'customer', /^cus_/],
  [refund, 'refund', /^re_/],
  [endpoint, 'webhook_endpoint', /^we_/],
  [lineItem, 'item', /^li_/],
])('an object says what it is, in its kind and in its id', (object, kind, id) => {
  expect(object.object).toBe(kind)
  expect(object.id).toMatch(id)
  expect(JSON.parse(JSON.stringify(object))).toEqual(object)
})
