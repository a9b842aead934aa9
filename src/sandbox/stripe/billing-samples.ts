/**
 * Samples of what the sandbox does not play itself: subscriptions and invoices, in their current
 * shapes.
 */
import { type Maker, newStripeId, unixSeconds } from './maker.ts'

const amount = 999
const currency = 'usd'
const monthSeconds = 30 * 86_400

interface BillingIds {
  readonly customer: string
  readonly subscription: string
  readonly price: string
  readonly product: string
}

function newIds(maker: Maker): BillingIds {
  return {
    customer: newStripeId(maker, 'cus_', 14),
    subscription: newStripeId(maker, 'sub_1', 23),
    price: newStripeId(maker, 'price_1', 23),
    product: newStripeId(maker, 'prod_', 14),
  }
}

export function sampleSubscription(maker: Maker, status: 'active' | 'canceled'): object {
  const ids = newIds(maker)
  const now = unixSeconds(maker)
  const isCanceled = status === 'canceled'
  return {
    id: ids.subscription,
    object: 'subscription',
    application: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: now,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: isCanceled ? now : null,
    cancellation_details: { comment: null, feedback: null, reason: null },
    collection_method: 'charge_automatically',
    created: now,
    currency,
    customer: ids.customer,
    default_payment_method: null,
    description: null,
    discounts: [],
    ended_at: isCanceled ? now : null,
    items: {
      object: 'list',
      data: [subscriptionItem(maker, ids)],
      has_more: false,
      url: `/v1/subscription_items?subscription=${ids.subscription}`,
    },
    latest_invoice: newStripeId(maker, 'in_1', 23),
    livemode: false,
    metadata: {},
    pause_collection: null,
    schedule: null,
    start_date: now,
    status,
    trial_end: null,
    trial_start: null,
  }
}

/** The period stands on the item since version 2025-03-31. */
function subscriptionItem(maker: Maker, ids: BillingIds): object {
  const now = unixSeconds(maker)
  return {
    id: newStripeId(maker, 'si_', 14),
    object: 'subscription_item',
    created: now,
    current_period_end: now + monthSeconds,
    current_period_start: now,
    discounts: [],
    metadata: {},
    price: {
      id: ids.price,
      object: 'price',
      active: true,
      billing_scheme: 'per_unit',
      created: now,
      currency,
      livemode: false,
      lookup_key: null,
      metadata: {},
      nickname: null,
      product: ids.product,
      recurring: { interval: 'month', interval_count: 1, meter: null, usage_type: 'licensed' },
      type: 'recurring',
      unit_amount: amount,
      unit_amount_decimal: String(amount),
    },
    quantity: 1,
    subscription: ids.subscription,
  }
}

export function sampleInvoice(maker: Maker, status: 'paid' | 'open'): object {
  const ids = newIds(maker)
  const now = unixSeconds(maker)
  const isPaid = status === 'paid'
  const id = newStripeId(maker, 'in_1', 23)
  return {
    id,
    object: 'invoice',
    amount_due: amount,
    amount_paid: isPaid ? amount : 0,
    amount_remaining: isPaid ? 0 : amount,
    attempt_count: 1,
    attempted: true,
    billing_reason: 'subscription_cycle',
    collection_method: 'charge_automatically',
    created: now,
    currency,
    customer: ids.customer,
    customer_email: 'test@example.com',
    customer_name: 'Test Person',
    description: null,
    lines: {
      object: 'list',
      data: [invoiceLine(maker, { id, ids })],
      has_more: false,
      url: `/v1/invoices/${id}/lines`,
    },
    livemode: false,
    metadata: {},
    next_payment_attempt: isPaid ? null : now + 3 * 86_400,
    parent: subscriptionParent(ids),
    period_end: now,
    period_start: now - monthSeconds,
    status,
    status_transitions: {
      finalized_at: now,
      marked_uncollectible_at: null,
      paid_at: isPaid ? now : null,
      voided_at: null,
    },
    subtotal: amount,
    total: amount,
  }
}

function subscriptionParent(ids: BillingIds): object {
  return {
    quote_details: null,
    subscription_details: { metadata: {}, subscription: ids.subscription },
    type: 'subscription_details',
  }
}

function invoiceLine(maker: Maker, { id, ids }: { id: string; ids: BillingIds }): object {
  const now = unixSeconds(maker)
  return {
    id: newStripeId(maker, 'il_1', 23),
    object: 'line_item',
    amount,
    currency,
    description: '1 × Sample plan (at $9.99 / month)',
    invoice: id,
    livemode: false,
    metadata: {},
    period: { end: now + monthSeconds, start: now },
    pricing: {
      price_details: { price: ids.price, product: ids.product },
      type: 'price_details',
      unit_amount_decimal: String(amount),
    },
    quantity: 1,
  }
}
