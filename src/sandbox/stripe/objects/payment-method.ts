/** A payment method: here always one of Stripe's test cards. */
import { type Maker, newStripeId, unixSeconds } from '../maker.ts'
import type { Metadata } from '../metadata.ts'
import type { TestCard } from '../test-cards.ts'

export interface BillingDetails {
  readonly address: {
    readonly city: string | null
    readonly country: string | null
    readonly line1: string | null
    readonly line2: string | null
    readonly postal_code: string | null
    readonly state: string | null
  }
  readonly email: string | null
  readonly name: string | null
  readonly phone: string | null
  readonly tax_id: string | null
}

export type PaymentMethod = ReturnType<typeof newPaymentMethod>

/** Expires far enough ahead for any test. */
export const cardExpiry = { month: 12, year: 2034 } as const

export function billingDetails(known: { email?: string | null; name?: string | null } = {}) {
  const details: BillingDetails = {
    address: {
      city: null,
      country: null,
      line1: null,
      line2: null,
      postal_code: null,
      state: null,
    },
    email: known.email ?? null,
    name: known.name ?? null,
    phone: null,
    tax_id: null,
  }
  return details
}

export function newPaymentMethod(
  maker: Maker,
  card: TestCard,
  about: { customer?: string | null; billing?: BillingDetails } = {},
) {
  const metadata: Metadata = {}
  return {
    id: newStripeId(maker, 'pm_1', 23),
    object: 'payment_method' as const,
    allow_redisplay: 'unspecified' as const,
    billing_details: about.billing ?? billingDetails(),
    card: {
      brand: card.brand,
      checks: cardChecks,
      country: 'US',
      display_brand: card.brand,
      exp_month: cardExpiry.month,
      exp_year: cardExpiry.year,
      fingerprint: `Sandbox${card.brand}${card.last4}`,
      funding: card.funding,
      generated_from: null,
      last4: card.last4,
      networks: { available: [card.brand as string], preferred: null },
      regulated_status: 'unregulated' as const,
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: unixSeconds(maker),
    customer: about.customer ?? null,
    customer_account: null,
    livemode: false,
    metadata,
    type: 'card' as const,
  }
}

export const cardChecks = {
  address_line1_check: null,
  address_postal_code_check: null,
  cvc_check: 'pass',
} as const
