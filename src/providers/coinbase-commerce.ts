import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const coinbaseCommerce = defineProvider<JsonEvents<{ event: JsonObject }>>({
  name: 'coinbase-commerce',
  title: 'Coinbase Commerce',
  docsUrl: 'https://docs.cdp.coinbase.com/commerce/webhooks/overview',
  secretNames: ['COINBASE_COMMERCE_WEBHOOK_SECRET'],
  scheme: mac({
    header: 'X-CC-Webhook-Signature',
    signed: '{body}',
    digest: 'sha256',
    encoding: 'hex',
  }),
  event: {
    id: 'body:event.id',
    type: 'body:event.type',
    occurredAt: { at: 'body:event.created_at', unit: 'iso' },
  },
  notes: [
    'Tried for up to three days with growing delays.',
    'The webhooks of the Coinbase Developer Platform (X-Hook0-Signature) are another product.',
  ],
  samples: [
    {
      type: 'charge:confirmed',
      body: {
        id: 1,
        attempt_number: 1,
        event: {
          id: '24934862-d980-46cb-9402-43c81b0cdba6',
          type: 'charge:confirmed',
          created_at: '2023-11-14T22:13:20Z',
          data: { code: '66BEOV2A', pricing_type: 'fixed_price' },
        },
      },
    },
  ],
})
