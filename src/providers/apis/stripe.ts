/** Stripe's API. Its key may also be a restricted one, which Stripe recommends for this. */
import type { ApiDeclaration } from './declaration.ts'

/**
 * `Stripe-Account` is not among the headers: it acts on another account. Name it in `headers` where
 * clients may choose one.
 */
export const stripeApi: ApiDeclaration = {
  name: 'stripe',
  title: 'Stripe',
  docsUrl: 'https://docs.stripe.com/api',
  baseUrl: 'https://api.stripe.com',
  keyNames: ['STRIPE_SECRET_KEY', 'STRIPE_API_KEY'],
  auth: { kind: 'bearer' },
  requestHeaders: ['stripe-version'],
  responseHeaders: [
    'stripe-version',
    'stripe-should-retry',
    'stripe-rate-limited-reason',
    'idempotent-replayed',
    'original-request',
  ],
  idempotencyHeader: 'idempotency-key',
  probe: { path: '/v1/balance', good: [200] },
}
