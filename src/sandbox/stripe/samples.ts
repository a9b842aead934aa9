/**
 * Sample objects for `trigger`: for the types that apps handle most, the object as it is after such
 * an event; for any other type one with the fields that every object has.
 */
import { sampleInvoice, sampleSubscription } from './billing-samples.ts'
import { type Maker, newStripeId, unixSeconds } from './maker.ts'
import { type Charge, newCharge } from './objects/charge.ts'
import { customerDetails, newCheckoutSession } from './objects/checkout-session.ts'
import { customerDefaults, newCustomer } from './objects/customer.ts'
import { intentDefaults, newPaymentIntent, type PaymentIntent } from './objects/payment-intent.ts'
import { newPaymentMethod, type PaymentMethod } from './objects/payment-method.ts'
import { newRefund } from './objects/refund.ts'
import { type TestCard, testCard } from './test-cards.ts'

const amount = 999
const currency = 'usd'
/** Whom an app finds in the metadata of a payment, as where its own checkout had put it there. */
const buyer = { userId: 'u_1' }

type MakeSample = (maker: Maker) => object

/** The types with a sample of their own; the keys complete in the command line. */
const samples: Readonly<Record<string, MakeSample>> = {
  'payment_intent.created': (maker) => newIntent(maker),
  'payment_intent.succeeded': (maker) => payment(maker, 'pm_card_visa').intent,
  'payment_intent.payment_failed': (maker) => payment(maker, 'pm_card_chargeDeclined').intent,
  'payment_intent.canceled': (maker) => ({
    ...newIntent(maker),
    canceled_at: unixSeconds(maker),
    cancellation_reason: 'requested_by_customer',
    status: 'canceled',
  }),
  'charge.succeeded': (maker) => payment(maker, 'pm_card_visa').charge,
  'charge.failed': (maker) => payment(maker, 'pm_card_chargeDeclined').charge,
  'charge.refunded': (maker) => ({
    ...payment(maker, 'pm_card_visa').charge,
    amount_refunded: amount,
    refunded: true,
  }),
  'refund.created': (maker) => refund(maker),
  'payment_method.attached': (maker) => payment(maker, 'pm_card_visa').method,
  'checkout.session.completed': (maker) => completeSession(maker),
  'checkout.session.expired': (maker) => ({ ...session(maker), status: 'expired', url: null }),
  'customer.created': (maker) => customer(maker),
  'customer.updated': (maker) => customer(maker),
  'customer.deleted': (maker) => customer(maker),
  'customer.subscription.created': (maker) => sampleSubscription(maker, 'active'),
  'customer.subscription.updated': (maker) => sampleSubscription(maker, 'active'),
  'customer.subscription.deleted': (maker) => sampleSubscription(maker, 'canceled'),
  'invoice.paid': (maker) => sampleInvoice(maker, 'paid'),
  'invoice.payment_succeeded': (maker) => sampleInvoice(maker, 'paid'),
  'invoice.payment_failed': (maker) => sampleInvoice(maker, 'open'),
}

/** Every type with a sample of its own. */
export const sampleTypes: readonly string[] = Object.keys(samples)

export function sampleObject(maker: Maker, type: string): object {
  const make = Object.hasOwn(samples, type) ? samples[type] : undefined
  return make ? make(maker) : genericObject(maker, type)
}

/** `issuing_card.created` is about an `issuing_card`. */
function genericObject(maker: Maker, type: string): object {
  return {
    id: newStripeId(maker, 'obj_'),
    object: type.slice(0, Math.max(0, type.lastIndexOf('.'))),
    created: unixSeconds(maker),
    livemode: false,
    metadata: {},
  }
}

function newIntent(maker: Maker): PaymentIntent {
  return newPaymentIntent(maker, { ...intentDefaults, amount, currency, metadata: { ...buyer } })
}

interface Payment {
  readonly intent: PaymentIntent
  readonly charge: Charge
  readonly method: PaymentMethod
}

/** A payment intent as it is after it was confirmed with this card. */
function payment(maker: Maker, cardName: string): Payment {
  const card: TestCard = testCard(cardName) ?? { brand: 'visa', last4: '4242', funding: 'credit' }
  const method = newPaymentMethod(maker, card)
  const intent = newIntent(maker)
  const charge = newCharge(maker, { intent, method, card })
  const tried = { ...intent, latest_charge: charge.id }
  const paid = { ...tried, payment_method: method.id, amount_received: amount }
  const { decline } = card
  if (!decline) return { intent: { ...paid, status: 'succeeded' }, charge, method }
  const error = {
    charge: charge.id,
    code: decline.code,
    decline_code: decline.declineCode ?? decline.code,
    doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll('_', '-')}`,
    message: decline.message,
    payment_method: method,
    type: 'card_error' as const,
  }
  return { intent: { ...tried, last_payment_error: error }, charge, method }
}

function refund(maker: Maker): object {
  const { charge } = payment(maker, 'pm_card_visa')
  const reason = 'requested_by_customer'
  return newRefund(maker, { charge, amount, reason, metadata: {} })
}

function customer(maker: Maker): object {
  return newCustomer(maker, { ...customerDefaults, email: 'test@example.com', name: 'Test Person' })
}

function session(maker: Maker) {
  const choices = {
    cancel_url: 'https://example.com/cancel',
    client_reference_id: null,
    customer: null,
    customer_creation: 'if_required' as const,
    customer_email: null,
    metadata: { ...buyer },
    success_url: 'https://example.com/success',
  }
  const expiresAt = unixSeconds(maker) + 86_400
  const publicUrl = 'https://checkout.stripe.com'
  return newCheckoutSession(maker, choices, { amount, currency, expiresAt, publicUrl })
}

function completeSession(maker: Maker): object {
  return {
    ...session(maker),
    customer_details: customerDetails('test@example.com'),
    payment_intent: newStripeId(maker, 'pi_3', 23),
    payment_status: 'paid',
    status: 'complete',
    url: null,
  }
}
