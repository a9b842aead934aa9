import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const square = defineProvider<
  JsonEvents<{ event_id: string; type: string; data: JsonObject }>
>({
  name: 'square',
  title: 'Square',
  docsUrl: 'https://developer.squareup.com/docs/webhooks/step3validate',
  secretNames: ['SQUARE_WEBHOOK_SIGNATURE_KEY'],
  scheme: mac({
    header: 'x-square-hmacsha256-signature',
    signed: '{url}{body}',
    digest: 'sha256',
    encoding: 'base64',
  }),
  settings: ['publicUrl'],
  event: {
    id: 'body:event_id',
    type: 'body:type',
    occurredAt: { at: 'body:created_at', unit: 'iso' },
    mode: { at: 'header:square-environment', live: 'Production', test: 'Sandbox' },
  },
  notes: [
    'publicUrl is the notification URL of the subscription, character for character.',
    'The mode is a header that the signature does not cover. Some eleven tries in 24 hours.',
  ],
  samples: [
    {
      type: 'payment.updated',
      body: {
        merchant_id: 'M1',
        type: 'payment.updated',
        event_id: '6a8f5f28-54a1-4eb0-a98a-3111513fd4fc',
        created_at: '2023-11-14T22:13:20.000Z',
        data: { type: 'payment', id: 'pay_1', object: { payment: { status: 'COMPLETED' } } },
      },
    },
  ],
})
