import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { hasClaim, tokenRest } from './key-shape.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const lemonsqueezy = defineProvider<JsonEvents<{ meta: JsonObject; data: JsonObject }>>({
  name: 'lemonsqueezy',
  title: 'Lemon Squeezy',
  docsUrl: 'https://docs.lemonsqueezy.com/help/webhooks/signing-requests',
  secretNames: ['LEMONSQUEEZY_WEBHOOK_SECRET', 'LEMON_SQUEEZY_WEBHOOK_SECRET'],
  keys: [
    {
      name: 'API key',
      kind: 'api-key',
      begins: 'eyJ',
      rest: tokenRest,
      accepts: hasClaim('aud', '94d59cef-dbb8-4ea5-b178-d2540fcd6919'),
      isBeginningShared: true,
    },
  ],
  scheme: mac({ header: 'X-Signature', signed: '{body}', digest: 'sha256', encoding: 'hex' }),
  event: {
    type: 'body:meta.event_name',
    occurredAt: { at: 'body:data.attributes.updated_at', unit: 'iso' },
    mode: { at: 'body:meta.test_mode', live: false, test: true },
  },
  retryAfterSeconds: [5, 25, 125],
  notes: [
    'It names no event id, and its times are whole seconds: a repeat is known by its bytes.',
    'Its secrets have 6 to 40 characters.',
  ],
  samples: [
    {
      type: 'subscription_created',
      body: {
        meta: {
          test_mode: true,
          event_name: 'subscription_created',
          custom_data: { user_id: 'u_1' },
        },
        data: {
          type: 'subscriptions',
          id: '1',
          attributes: { status: 'active', updated_at: '2023-11-14T22:13:20.000000Z' },
        },
      },
    },
  ],
})
