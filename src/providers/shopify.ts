import { defineProvider } from './define.ts'
import { mac } from './schemes/mac.ts'

export const shopify = defineProvider({
  name: 'shopify',
  title: 'Shopify',
  docsUrl: 'https://shopify.dev/docs/apps/build/webhooks',
  secretNames: ['SHOPIFY_API_SECRET', 'SHOPIFY_WEBHOOK_SECRET'],
  keys: [
    { name: 'admin token', kind: 'api-key', begins: 'shpat_', rest: '[0-9a-fA-F]{32}' },
    { name: 'custom app token', kind: 'api-key', begins: 'shpca_', rest: '[0-9a-fA-F]{32}' },
    { name: 'private app password', kind: 'api-key', begins: 'shppa_', rest: '[0-9a-fA-F]{32}' },
    { name: 'app secret', kind: 'api-key', begins: 'shpss_', rest: '[0-9a-fA-F]{32}' },
  ],
  scheme: mac({
    header: 'X-Shopify-Hmac-Sha256',
    newerHeader: 'shopify-hmac-sha256',
    signed: '{body}',
    digest: 'sha256',
    encoding: 'base64',
  }),
  event: {
    id: { first: ['header:X-Shopify-Webhook-Id', 'header:shopify-webhook-id'] },
    type: { first: ['header:X-Shopify-Topic', 'header:shopify-topic'] },
    occurredAt: { at: 'header:X-Shopify-Triggered-At', unit: 'iso' },
  },
  retryAfterSeconds: [60, 300, 600, 1_200, 1_800, 2_400, 3_600, 4_200],
  notes: [
    "The key is the app's client secret, not its access token.",
    'Id, topic and time are headers that the signature does not cover.',
    'Eight more tries within four hours; the delays here are an approximation.',
  ],
  samples: [
    {
      type: 'orders/paid',
      id: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      body: { id: 820982911946, name: '#1001', total_price: '9.99', currency: 'USD' },
    },
  ],
})
