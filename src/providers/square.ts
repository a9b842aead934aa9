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
  keys: [
    { name: 'access token', kind: 'api-key', begins: 'EAAA', rest: '[\\w-]{58,64}' },
    { name: 'access token', kind: 'api-key', begins: 'sq0atp-', rest: '[\\w-]{22}' },
    { name: 'OAuth secret', kind: 'api-key', begins: 'sq0csp-', rest: '[\\w-]{43}', mode: 'live' },
    {
      name: 'OAuth secret',
      kind: 'api-key',
      begins: 'sandbox-sq0csb-',
      rest: '[\\w-]{40,44}',
      mode: 'test',
    },
    {
      name: 'application id',
      kind: 'publishable-key',
      begins: 'sq0idp-',
      rest: '[\\w-]{22}',
      mode: 'live',
    },
    {
      name: 'application id',
      kind: 'publishable-key',
      begins: 'sandbox-sq0idb-',
      rest: '[\\w-]{22}',
      mode: 'test',
    },
  ],
  scheme: mac({
    header: 'x-square-hmacsha256-signature',
    signed: '{url}{body}',
    digest: 'sha256',
    encoding: 'base64',
  }),
  settings: ['publicUrl'],
  requiredSettings: ['publicUrl'],
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
