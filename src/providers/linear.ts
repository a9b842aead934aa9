import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const linear = defineProvider<
  JsonEvents<{ type: string; action: string; data: JsonObject }>
>({
  name: 'linear',
  title: 'Linear',
  docsUrl: 'https://linear.app/developers/webhooks',
  secretNames: ['LINEAR_WEBHOOK_SECRET'],
  keys: [
    { name: 'API key', kind: 'api-key', begins: 'lin_api_', rest: '[A-Za-z0-9]{40}' },
    { name: 'OAuth token', kind: 'api-key', begins: 'lin_oauth_', rest: '[0-9a-f]{64}' },
    {
      name: 'webhook secret',
      kind: 'webhook-secret',
      begins: 'lin_wh_',
      rest: '[A-Za-z0-9]{32,64}',
    },
  ],
  scheme: mac({
    header: 'Linear-Signature',
    signed: '{body}',
    digest: 'sha256',
    encoding: 'hex',
    timestampPath: 'webhookTimestamp',
    timestampUnit: 'ms',
    toleranceSeconds: 60,
  }),
  event: {
    id: 'header:Linear-Delivery',
    type: { join: ['body:type', 'body:action'] },
    occurredAt: { at: 'body:webhookTimestamp', unit: 'ms' },
  },
  retryAfterSeconds: [60, 3_600, 21_600],
  notes: ['The id is a header that the signature does not cover.'],
  samples: [
    {
      type: 'Issue.create',
      id: '234d1a4e-b617-4388-90fe-adc3633d6b72',
      body: {
        type: 'Issue',
        action: 'create',
        data: { id: '539068e2-ae88-4d09-bd75-22eb4a59612f', title: 'Found a bug', number: 1 },
        webhookTimestamp: 1_700_000_000_000,
      },
    },
  ],
})
