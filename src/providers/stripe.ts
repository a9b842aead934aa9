import { defineProvider } from './define.ts'
import { forModes } from './key-shape.ts'
import { mac } from './schemes/mac.ts'
import type { StripeEvents } from './stripe-events.ts'

export const stripe = defineProvider<StripeEvents>({
  name: 'stripe',
  title: 'Stripe',
  docsUrl: 'https://docs.stripe.com/webhooks',
  secretNames: ['STRIPE_WEBHOOK_SECRET'],
  keys: [
    ...forModes(
      { test: 'sk_test_', live: 'sk_live_' },
      {
        name: 'secret key',
        kind: 'api-key',
        rest: '[A-Za-z0-9]{16,247}',
        names: ['STRIPE_SECRET_KEY', 'STRIPE_API_KEY'],
      },
    ),
    ...forModes(
      { test: 'rk_test_', live: 'rk_live_' },
      { name: 'restricted key', kind: 'api-key', rest: '[A-Za-z0-9]{16,247}' },
    ),
    ...forModes(
      { test: 'pk_test_', live: 'pk_live_' },
      { name: 'publishable key', kind: 'publishable-key', rest: '[A-Za-z0-9]{16,247}' },
    ),
    ...forModes(
      { test: 'sk_org_test_', live: 'sk_org_live_' },
      { name: 'organization key', kind: 'api-key', rest: '[A-Za-z0-9]{16,247}' },
    ),
    {
      name: 'webhook secret',
      kind: 'webhook-secret',
      begins: 'whsec_',
      rest: '[A-Za-z0-9]{32}|[0-9a-f]{64}',
      isBeginningShared: true,
    },
  ],
  scheme: mac({
    header: 'Stripe-Signature',
    format: 't={timestamp},v1={signature}',
    signed: '{timestamp}.{body}',
    digest: 'sha256',
    encoding: 'hex',
    key: { form: 'text', prefix: 'whsec_' },
    toleranceSeconds: 300,
  }),
  event: {
    id: 'body:id',
    type: 'body:type',
    occurredAt: { at: 'body:created', unit: 's' },
    mode: { at: 'body:livemode', live: true, test: false },
  },
  retryAfterSeconds: [60, 300, 1_800, 7_200, 18_000, 36_000, 43_200, 43_200, 43_200],
  notes: ['Stripe tries for up to three days; the delays here are an approximation.'],
  samples: [
    {
      type: 'payment_intent.succeeded',
      body: {
        id: 'evt_1OCnqPHookline',
        created: 1_700_000_000,
        livemode: false,
        type: 'payment_intent.succeeded',
        data: { object: { id: 'pi_1', object: 'payment_intent', amount: 999, currency: 'usd' } },
      },
    },
  ],
})
