import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { forModes } from './key-shape.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const razorpay = defineProvider<JsonEvents<{ event: string; payload: JsonObject }>>({
  name: 'razorpay',
  title: 'Razorpay',
  docsUrl: 'https://razorpay.com/docs/webhooks/validate-test/',
  secretNames: ['RAZORPAY_WEBHOOK_SECRET'],
  keys: [
    ...forModes(
      { test: 'rzp_test_', live: 'rzp_live_' },
      { name: 'key id', kind: 'account-id', rest: '[A-Za-z0-9]{14}' },
    ),
  ],
  scheme: mac({
    header: 'X-Razorpay-Signature',
    signed: '{body}',
    digest: 'sha256',
    encoding: 'hex',
  }),
  event: {
    id: 'header:x-razorpay-event-id',
    type: 'body:event',
    occurredAt: { at: 'body:created_at', unit: 's' },
  },
  notes: [
    'The id is a header that the signature does not cover.',
    'Tried for up to 24 hours with growing delays; a hook that fails that long is disabled.',
  ],
  samples: [
    {
      type: 'payment.captured',
      id: 'KhZ0rF5yUg4Gxz',
      body: {
        entity: 'event',
        account_id: 'acc_1',
        event: 'payment.captured',
        contains: ['payment'],
        payload: { payment: { entity: { id: 'pay_1', amount: 999, currency: 'INR' } } },
        created_at: 1_700_000_000,
      },
    },
  ],
})
