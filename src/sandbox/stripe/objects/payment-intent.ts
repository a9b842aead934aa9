/** A payment intent: one wish to be paid, through all its states. */
import { type Maker, newStripeId, randomText, unixSeconds } from '../maker.ts'
import type { Metadata } from '../metadata.ts'
import type { PaymentMethod } from './payment-method.ts'

export type PaymentIntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled'

export type CancellationReason = 'abandoned' | 'duplicate' | 'fraudulent' | 'requested_by_customer'

export interface LastPaymentError {
  readonly charge: string
  readonly code: string
  readonly decline_code?: string
  readonly doc_url: string
  readonly message: string
  readonly network_decline_code?: string
  readonly payment_method: PaymentMethod
  readonly type: 'card_error'
}

/** What the caller chooses; the rest follows. */
export interface PaymentIntentChoices {
  readonly amount: number
  readonly currency: string
  readonly capture_method: 'automatic' | 'automatic_async' | 'manual'
  readonly customer: string | null
  readonly description: string | null
  readonly metadata: Metadata
  readonly payment_method: string | null
  /** Undefined: whatever the account has switched on, which is the API's default. */
  readonly payment_method_types?: string[] | undefined
  readonly receipt_email: string | null
  readonly setup_future_usage: 'off_session' | 'on_session' | null
  readonly statement_descriptor: string | null
  readonly statement_descriptor_suffix: string | null
}

export interface PaymentIntent
  extends ReturnType<typeof unchangingFields>,
    Omit<PaymentIntentChoices, 'payment_method_types'> {
  readonly id: string
  readonly object: 'payment_intent'
  readonly amount_capturable: number
  readonly amount_received: number
  readonly automatic_payment_methods: { allow_redirects: 'always'; enabled: true } | null
  readonly canceled_at: number | null
  readonly cancellation_reason: CancellationReason | null
  readonly client_secret: string
  readonly created: number
  readonly last_payment_error: LastPaymentError | null
  readonly latest_charge: string | null
  readonly payment_method_types: string[]
  readonly status: PaymentIntentStatus
}

export const intentDefaults: Omit<PaymentIntentChoices, 'amount' | 'currency'> = {
  capture_method: 'automatic_async',
  customer: null,
  description: null,
  metadata: {},
  payment_method: null,
  receipt_email: null,
  setup_future_usage: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
}

export function newPaymentIntent(maker: Maker, choices: PaymentIntentChoices): PaymentIntent {
  const id = newStripeId(maker, 'pi_3', 23)
  const { payment_method_types: types, ...chosen } = choices
  return {
    id,
    object: 'payment_intent',
    ...unchangingFields(),
    ...chosen,
    amount_capturable: 0,
    amount_received: 0,
    automatic_payment_methods: types ? null : { allow_redirects: 'always', enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomText(maker, 25)}`,
    created: unixSeconds(maker),
    last_payment_error: null,
    latest_charge: null,
    payment_method_types: types ?? ['card'],
    status: choices.payment_method ? 'requires_confirmation' : 'requires_payment_method',
  }
}

function unchangingFields() {
  return {
    allowed_payment_method_types: null,
    amount_details: { tip: {} },
    application: null,
    application_fee_amount: null,
    confirmation_method: 'automatic' as const,
    customer_account: null,
    excluded_payment_method_types: null,
    livemode: false,
    managed_payments: null,
    next_action: null,
    on_behalf_of: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: {
        installments: null,
        mandate_options: null,
        network: null,
        request_three_d_secure: 'automatic' as const,
      },
    },
    payment_record: null,
    processing: null,
    review: null,
    shipping: null,
    source: null,
    transfer_data: null,
    transfer_group: null,
  }
}
