/** A charge: one try to take the money of a payment intent, and how it ended. */
import { type Maker, newStripeId, unixSeconds } from '../maker.ts'
import type { Decline, TestCard } from '../test-cards.ts'
import type { PaymentIntent } from './payment-intent.ts'
import { cardChecks, type PaymentMethod } from './payment-method.ts'

export interface Charge extends ReturnType<typeof unchangingFields> {
  readonly id: string
  readonly object: 'charge'
  readonly amount: number
  readonly amount_captured: number
  readonly amount_refunded: number
  readonly balance_transaction: string | null
  readonly billing_details: PaymentMethod['billing_details']
  readonly captured: boolean
  readonly created: number
  readonly currency: string
  readonly customer: string | null
  readonly description: string | null
  readonly failure_code: string | null
  readonly failure_message: string | null
  readonly metadata: Record<string, string>
  readonly outcome: ReturnType<typeof outcomeOf>
  readonly paid: boolean
  readonly payment_intent: string | null
  readonly payment_method: string
  readonly payment_method_details: ReturnType<typeof cardDetails>
  readonly receipt_email: string | null
  readonly receipt_url: string | null
  readonly refunded: boolean
  readonly status: 'succeeded' | 'failed'
}

export interface ChargeOptions {
  readonly intent: PaymentIntent
  readonly method: PaymentMethod
  readonly card: TestCard
}

export function newCharge(maker: Maker, { intent, method, card }: ChargeOptions): Charge {
  const { decline } = card
  const isCaptured = !decline && intent.capture_method !== 'manual'
  const id = newStripeId(maker, 'ch_3', 23)
  return {
    id,
    object: 'charge',
    ...unchangingFields(),
    amount: intent.amount,
    amount_captured: isCaptured ? intent.amount : 0,
    amount_refunded: 0,
    balance_transaction: isCaptured ? newStripeId(maker, 'txn_3', 23) : null,
    billing_details: method.billing_details,
    captured: isCaptured,
    created: unixSeconds(maker),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    metadata: intent.metadata,
    outcome: outcomeOf(decline),
    paid: !decline,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: cardDetails(method, decline ? null : intent.amount),
    receipt_email: intent.receipt_email,
    receipt_url: decline ? null : `https://pay.stripe.com/receipts/payment/${id}`,
    refunded: false,
    status: decline ? 'failed' : 'succeeded',
  }
}

function unchangingFields() {
  return {
    application: null,
    application_fee: null,
    application_fee_amount: null,
    calculated_statement_descriptor: 'SANDBOX',
    disputed: false,
    failure_balance_transaction: null,
    fraud_details: {},
    livemode: false,
    on_behalf_of: null,
    receipt_number: null,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    transfer_data: null,
    transfer_group: null,
  }
}

function outcomeOf(decline: Decline | undefined) {
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: decline ? '05' : null,
    network_status: decline ? 'declined_by_network' : 'approved_by_network',
    reason: decline ? (decline.declineCode ?? decline.code) : null,
    risk_level: 'normal',
    risk_score: 20,
    seller_message: decline ? 'The bank refused the payment.' : 'Payment complete.',
    type: decline ? 'issuer_declined' : 'authorized',
  }
}

function cardDetails(method: PaymentMethod, amountAuthorized: number | null) {
  const { brand, country, exp_month, exp_year, fingerprint, funding, last4 } = method.card
  return {
    card: {
      amount_authorized: amountAuthorized,
      authorization_code: amountAuthorized === null ? null : '000000',
      brand,
      checks: cardChecks,
      country,
      electronic_commerce_indicator: null,
      exp_month,
      exp_year,
      fingerprint,
      funding,
      installments: null,
      last4,
      mandate: null,
      network: brand,
      network_transaction_id: null,
      regulated_status: 'unregulated' as const,
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    },
    type: 'card',
  }
}
