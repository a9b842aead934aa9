/** One line of a checkout: what is bought, how many, and at what price. */
import { type Maker, newStripeId, unixSeconds } from '../maker.ts'
import type { Metadata } from '../metadata.ts'

export interface LineItemOptions {
  readonly name: string
  readonly description: string | null
  readonly currency: string
  readonly unitAmount: number
  readonly quantity: number
}

export type LineItem = ReturnType<typeof newLineItem>

export function newLineItem(maker: Maker, options: LineItemOptions) {
  const amount = options.unitAmount * options.quantity
  return {
    id: newStripeId(maker, 'li_1', 23),
    object: 'item' as const,
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: options.currency,
    description: options.name,
    metadata: {} as Metadata,
    price: newPrice(maker, options),
    quantity: options.quantity,
  }
}

function newPrice(maker: Maker, options: LineItemOptions) {
  return {
    id: newStripeId(maker, 'price_1', 23),
    object: 'price' as const,
    active: false,
    billing_scheme: 'per_unit' as const,
    created: unixSeconds(maker),
    currency: options.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: {} as Metadata,
    nickname: null,
    product: newStripeId(maker, 'prod_', 14),
    recurring: null,
    tax_behavior: 'unspecified' as const,
    tiers_mode: null,
    transform_quantity: null,
    type: 'one_time' as const,
    unit_amount: options.unitAmount,
    unit_amount_decimal: String(options.unitAmount),
  }
}
