import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'
import { token } from './schemes/token.ts'

export const revenuecat = defineProvider<JsonEvents<{ event: JsonObject }>>({
  name: 'revenuecat',
  title: 'RevenueCat',
  docsUrl: 'https://www.revenuecat.com/docs/integrations/webhooks',
  secretNames: ['REVENUECAT_WEBHOOK_SECRET', 'REVENUECAT_WEBHOOK_AUTHORIZATION'],
  keys: [
    {
      name: 'secret key',
      kind: 'api-key',
      begins: 'sk_',
      rest: '[A-Za-z0-9]{28,40}(?!\\.[a-z]{2}\\b)',
      isBeginningShared: true,
      names: ['REVENUECAT_API_KEY', 'REVENUECAT_SECRET_API_KEY'],
    },
    { name: 'App Store key', kind: 'publishable-key', begins: 'appl_', rest: '[A-Za-z0-9]{20,40}' },
    {
      name: 'Google Play key',
      kind: 'publishable-key',
      begins: 'goog_',
      rest: '[A-Za-z0-9]{20,40}',
    },
    { name: 'Amazon key', kind: 'publishable-key', begins: 'amzn_', rest: '[A-Za-z0-9]{20,40}' },
    {
      name: 'Stripe app key',
      kind: 'publishable-key',
      begins: 'strp_',
      rest: '[A-Za-z0-9]{20,40}',
    },
    {
      name: 'Web Billing key',
      kind: 'publishable-key',
      begins: 'rcb_',
      rest: '[A-Za-z0-9_]{20,50}',
    },
  ],
  scheme: {
    authorization: token({ header: 'Authorization' }),
    hmac: mac({
      header: 'X-RevenueCat-Webhook-Signature',
      format: 't={timestamp},v1={signature}',
      signed: '{timestamp}.{body}',
      digest: 'sha256',
      encoding: 'hex',
    }),
  },
  settings: ['scheme'],
  event: {
    id: 'body:event.id',
    type: 'body:event.type',
    occurredAt: { at: 'body:event.event_timestamp_ms', unit: 'ms' },
    mode: { at: 'body:event.environment', live: 'PRODUCTION', test: 'SANDBOX' },
  },
  reply: { accepted: { status: 200 } },
  retryAfterSeconds: [300, 600, 1_200, 2_400, 4_800],
  notes: [
    'The authorization value proves who called, not what the body says. Prefer the signature.',
    'One page of its guide names the header X-RevenueCat-Signature; that one is not read.',
  ],
  samples: [
    {
      type: 'INITIAL_PURCHASE',
      body: {
        event: {
          id: '12345678-1234-1234-1234-123456789012',
          type: 'INITIAL_PURCHASE',
          app_user_id: 'u_1',
          environment: 'SANDBOX',
          event_timestamp_ms: 1_700_000_000_000,
        },
      },
    },
  ],
})
