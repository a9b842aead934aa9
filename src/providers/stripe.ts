import { defineProvider } from './define.ts'
import { mac } from './schemes/mac.ts'
import type { StripeEvents } from './stripe-events.ts'

export const stripe = defineProvider<StripeEvents>({
  name: 'stripe',
  title: 'Stripe',
  docsUrl: 'https://docs.stripe.com/webhooks',
  secretNames: ['STRIPE_WEBHOOK_SECRET'],
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
