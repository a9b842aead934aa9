import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { standard } from './schemes/standard.ts'

export const polar = defineProvider<JsonEvents<{ type: string; data: JsonObject }>>({
  name: 'polar',
  title: 'Polar',
  docsUrl: 'https://polar.sh/docs/integrate/webhooks/endpoints',
  secretNames: ['POLAR_WEBHOOK_SECRET'],
  keys: [
    {
      name: 'organization token',
      kind: 'api-key',
      begins: 'polar_oat_',
      rest: '[A-Za-z0-9]{32,64}',
    },
    {
      name: 'personal access token',
      kind: 'api-key',
      begins: 'polar_pat_',
      rest: '[A-Za-z0-9]{32,64}',
    },
    {
      name: 'webhook secret',
      kind: 'webhook-secret',
      begins: 'polar_whs_',
      rest: '[A-Za-z0-9]{32,64}',
    },
  ],
  scheme: standard({
    keys: [
      // Its prefixes belong to the key; they are named so that a prefix alone is no secret.
      { form: 'text', prefix: ['polar_whs_', 'whsec_'] },
      { form: 'base64', prefix: 'whsec_' },
    ],
  }),
  event: {
    id: 'signed:id',
    type: 'body:type',
    occurredAt: { at: 'body:timestamp', unit: 'iso' },
  },
  notes: [
    'The key is the text of the whole secret. Where that does not match, the secret is decoded ' +
      "as in Standard Webhooks, as Polar's own SDK does since 1.0.",
  ],
  samples: [
    {
      type: 'order.paid',
      id: 'd1b2c3d4-1111-4222-8333-123456789abc',
      body: {
        type: 'order.paid',
        timestamp: '2023-11-14T22:13:20.000000Z',
        data: { id: 'ord_1', status: 'paid', total_amount: 999, currency: 'usd' },
      },
    },
  ],
})
