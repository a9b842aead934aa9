/** Everything the pretend Stripe remembers, each kind of thing up to its limit. */
import type { Log } from '../../base/log.ts'
import type { Provider } from '../../providers/provider.ts'
import { type Collection, createCollection } from '../collection.ts'
import type { Deliverer } from '../deliver.ts'
import type { Maker } from './maker.ts'
import type { Charge } from './objects/charge.ts'
import type { StoredSession } from './objects/checkout-session.ts'
import type { Customer, DeletedCustomer } from './objects/customer.ts'
import type { PaymentIntent } from './objects/payment-intent.ts'
import type { PaymentMethod } from './objects/payment-method.ts'
import type { Refund } from './objects/refund.ts'
import type { StoredEndpoint } from './objects/webhook-endpoint.ts'
import type { TestCard } from './test-cards.ts'

export const customersMax = 5_000
export const paymentMethodsMax = 5_000
export const paymentIntentsMax = 5_000
export const chargesMax = 5_000
export const refundsMax = 5_000
export const checkoutSessionsMax = 2_000
export const eventsMax = 10_000
export const repliesMax = 2_000

export interface StoredMethod {
  readonly id: string
  readonly method: PaymentMethod
  readonly card: TestCard
}

export interface StoredEvent {
  readonly id: string
  readonly type: string
  /** Seconds since 1970. */
  readonly created: number
  /** As first sent; every delivery sends these bytes. */
  readonly body: Uint8Array<ArrayBuffer>
  /** How many endpoints have yet to receive it. */
  readonly pendingWebhooks: number
}

/** The answer to a request with an idempotency key, by that key. */
export interface StoredReply {
  readonly id: string
  /** Method, path and parameters. */
  readonly fingerprint: string
  readonly status: number
  readonly body: string
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly storedAt: number
}

export interface StripeOptions extends Maker {
  readonly log: Log
  /** Without a slash at the end. */
  readonly publicUrl: string
  readonly deliverer: Deliverer
  readonly provider: Pick<Provider, 'sign'>
}

export interface StripeState extends StripeOptions {
  readonly customers: Collection<Customer | DeletedCustomer>
  readonly methods: Collection<StoredMethod>
  readonly intents: Collection<PaymentIntent>
  readonly charges: Collection<Charge>
  readonly refunds: Collection<Refund>
  readonly sessions: Collection<StoredSession>
  readonly events: Collection<StoredEvent>
  /** Its limit is kept at creation, so that none is dropped in silence. */
  readonly endpoints: Map<string, StoredEndpoint>
  readonly replies: Collection<StoredReply>
}

export function createStripeState(options: StripeOptions): StripeState {
  return {
    ...options,
    customers: createCollection(customersMax),
    methods: createCollection(paymentMethodsMax),
    intents: createCollection(paymentIntentsMax),
    charges: createCollection(chargesMax),
    refunds: createCollection(refundsMax),
    sessions: createCollection(checkoutSessionsMax),
    events: createCollection(eventsMax),
    endpoints: new Map(),
    replies: createCollection(repliesMax),
  }
}
