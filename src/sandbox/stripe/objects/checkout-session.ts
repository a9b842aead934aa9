/** A checkout session: a page of ours where a customer pays for the line items, once. */
import { type Maker, newStripeId, unixSeconds } from '../maker.ts'
import type { Metadata } from '../metadata.ts'
import type { LineItem } from './line-item.ts'
import type { PaymentIntentChoices } from './payment-intent.ts'

/** What the caller chooses; the rest follows. */
export interface CheckoutChoices {
  readonly cancel_url: string | null
  readonly client_reference_id: string | null
  readonly customer: string | null
  readonly customer_creation: 'always' | 'if_required'
  readonly customer_email: string | null
  readonly metadata: Metadata
  readonly success_url: string
}

export interface CheckoutTotals {
  readonly currency: string
  readonly amount: number
  /** Seconds since 1970. */
  readonly expiresAt: number
  /** Where the sandbox itself is reached, without a slash at the end. */
  readonly publicUrl: string
}

export interface CheckoutSession extends ReturnType<typeof unchangingFields>, CheckoutChoices {
  readonly id: string
  readonly object: 'checkout.session'
  readonly amount_subtotal: number
  readonly amount_total: number
  readonly created: number
  readonly currency: string
  readonly customer_details: ReturnType<typeof customerDetails> | null
  readonly expires_at: number
  readonly payment_intent: string | null
  readonly payment_status: 'paid' | 'unpaid'
  readonly status: 'open' | 'complete' | 'expired'
  readonly url: string | null
}

/** A session and what it needs to know beyond what the API shows. */
export interface StoredSession {
  readonly id: string
  readonly session: CheckoutSession
  readonly lineItems: readonly LineItem[]
  readonly intentChoices: Omit<PaymentIntentChoices, 'payment_method'>
  /** The intent of a first try that was declined; the session itself shows it when paid. */
  readonly intentId: string | null
  readonly merchant: string
  /** The merchant's own words beside the button. */
  readonly submitText: string | null
}

export const checkoutPath = '/c/pay/'

export function newCheckoutSession(
  maker: Maker,
  choices: CheckoutChoices,
  totals: CheckoutTotals,
): CheckoutSession {
  const id = newStripeId(maker, 'cs_test_a1', 56)
  return {
    id,
    object: 'checkout.session',
    ...unchangingFields(),
    ...choices,
    amount_subtotal: totals.amount,
    amount_total: totals.amount,
    created: unixSeconds(maker),
    currency: totals.currency,
    customer_details: choices.customer_email ? customerDetails(choices.customer_email) : null,
    expires_at: totals.expiresAt,
    payment_intent: null,
    payment_status: 'unpaid',
    status: 'open',
    url: `${totals.publicUrl}${checkoutPath}${id}`,
  }
}

export function customerDetails(email: string | null) {
  return {
    address: null,
    business_name: null,
    email,
    individual_name: null,
    name: null,
    phone: null,
    tax_exempt: 'none' as const,
    tax_ids: [],
  }
}

function unchangingFields() {
  return {
    adaptive_pricing: null,
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer_account: null,
    discounts: [],
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: null,
    managed_payments: null,
    mode: 'payment' as const,
    origin_context: null,
    payment_link: null,
    payment_method_collection: 'if_required' as const,
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' as const } },
    payment_method_types: ['card'],
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    submit_type: null,
    subscription: null,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page' as const,
    wallet_options: null,
  }
}
