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
  samples: [],
})
