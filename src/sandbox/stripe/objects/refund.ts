/** A refund: money given back from a charge, in full or in part. */
import { type Maker, newStripeId, unixSeconds } from '../maker.ts'
import type { Metadata } from '../metadata.ts'
import type { Charge } from './charge.ts'

export type RefundReason = 'duplicate' | 'fraudulent' | 'requested_by_customer'

export type Refund = ReturnType<typeof newRefund>

export interface RefundOptions {
  readonly charge: Charge
  readonly amount: number
  readonly reason: RefundReason | null
  readonly metadata: Metadata
}

export function newRefund(maker: Maker, { charge, amount, reason, metadata }: RefundOptions) {
  return {
    id: newStripeId(maker, 're_3', 23),
    object: 'refund' as const,
    amount,
    balance_transaction: newStripeId(maker, 'txn_3', 23),
    charge: charge.id,
    created: unixSeconds(maker),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded' as const,
    transfer_reversal: null,
  }
}
