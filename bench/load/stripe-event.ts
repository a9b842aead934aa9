/**
 * Stripe's `payment_intent.succeeded` as it comes over the wire: indented JSON of about 2.5 KB.
 * Each has an id of its own in Stripe's form, whose first characters follow the time and whose last
 * are random, and a user of its own.
 */
import type { Random } from '../measuring/random.ts'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const timeCharacters = 6
const randomCharacters = 4
const countCharacters = 4
const account = '2eZvKYlo2C'

/** What differs from one event to the next, in the body of all of them at the same places. */
export const tokenCharacters = timeCharacters + account.length + randomCharacters + countCharacters

/** Unique within a run of 14 million by its count. */
export function newToken(atSeconds: number, count: number, random: Random): string {
  const drawn = Math.floor(random() * base62.length ** randomCharacters)
  return [
    inBase62(atSeconds, timeCharacters),
    account,
    inBase62(drawn, randomCharacters),
    inBase62(count, countCharacters),
  ].join('')
}

function inBase62(value: number, characters: number): string {
  let text = ''
  for (let rest = value; text.length < characters; rest = Math.floor(rest / base62.length)) {
    text = base62[rest % base62.length] + text
  }
  return text
}

export function eventIdOf(token: string): string {
  return `evt_${token}`
}

export function userIdOf(token: string): string {
  return `u_${token}`
}

/** `u_x` of `evt_x`. */
export function userOfEvent(eventId: string): string {
  return userIdOf(eventId.slice(eventIdOf('').length))
}

/** The body of the event with this token. */
export function stripeEvent(token: string, atSeconds: number): string {
  const event = {
    id: eventIdOf(token),
    object: 'event',
    api_version: '2025-03-31.basil',
    created: atSeconds,
    data: { object: paymentIntent(token, atSeconds) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: 'req_dGt7mV8yJ3fKqL', idempotency_key: '6f0c1d52-3b0e-4b8a-9a53-1c4b1f6d2a77' },
    type: 'payment_intent.succeeded',
  }
  return JSON.stringify(event, null, 2)
}

function paymentIntent(token: string, atSeconds: number): object {
  return {
    id: `pi_${token}`,
    object: 'payment_intent',
    amount: 999,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 999,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: { allow_redirects: 'always', enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `pi_${token}_secret_Vq3sN8kYtR1xWmB5cJ7hLdF2g`,
    confirmation_method: 'automatic',
    created: atSeconds - 4,
    currency: 'usd',
    customer: 'cus_RkT5v0HqYx2NwP',
    description: 'Premium account, one month',
    last_payment_error: null,
    latest_charge: `ch_${token}`,
    livemode: false,
    metadata: {
      userId: userIdOf(token),
      orderId: 'order_20931',
      plan: 'premium-monthly',
      campaign: 'autumn-newsletter',
    },
    next_action: null,
    on_behalf_of: null,
    payment_method: 'pm_1R8kQm2eZvKYlo2CnT4xLbVd',
    payment_method_configuration_details: { id: 'pmc_1QhZp82eZvKYlo2C', parent: null },
    payment_method_options: {
      card: {
        installments: null,
        mandate_options: null,
        network: null,
        request_three_d_secure: 'automatic',
      },
      link: { persistent_token: null },
    },
    payment_method_types: ['card', 'link'],
    presentment_details: { presentment_amount: 899, presentment_currency: 'eur' },
    processing: null,
    receipt_email: 'jenny.rosen@example.com',
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'succeeded',
    transfer_data: null,
    transfer_group: null,
  }
}
