/** A customer, and what is left of one after it was deleted. */
import { type Maker, newStripeId, randomText, unixSeconds } from '../maker.ts'
import type { Metadata } from '../metadata.ts'

export interface Address {
  readonly city: string | null
  readonly country: string | null
  readonly line1: string | null
  readonly line2: string | null
  readonly postal_code: string | null
  readonly state: string | null
}

/** What the caller chooses; the rest follows. */
export interface CustomerChoices {
  readonly address: Address | null
  readonly balance: number
  readonly description: string | null
  readonly email: string | null
  readonly metadata: Metadata
  readonly name: string | null
  readonly phone: string | null
  readonly preferred_locales: string[]
  readonly tax_exempt: 'exempt' | 'none' | 'reverse'
}

export type Customer = ReturnType<typeof newCustomer>

export interface DeletedCustomer {
  readonly id: string
  readonly object: 'customer'
  readonly deleted: true
}

export const customerDefaults: CustomerChoices = {
  address: null,
  balance: 0,
  description: null,
  email: null,
  metadata: {},
  name: null,
  phone: null,
  preferred_locales: [],
  tax_exempt: 'none',
}

export function newCustomer(maker: Maker, choices: CustomerChoices) {
  return {
    id: newStripeId(maker, 'cus_', 14),
    object: 'customer' as const,
    ...choices,
    created: unixSeconds(maker),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    discount: null,
    invoice_prefix: randomText(maker, 8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    next_invoice_sequence: 1,
    shipping: null,
    test_clock: null,
  }
}
