import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { standard } from './schemes/standard.ts'

export const standardwebhooks = defineProvider<
  JsonEvents<{ type: string; timestamp: string; data: JsonObject }>
>({
  name: 'standardwebhooks',
  title: 'Standard Webhooks',
  docsUrl: 'https://www.standardwebhooks.com',
  secretNames: ['STANDARDWEBHOOKS_SECRET'],
  keys: [
    {
      name: 'webhook secret',
      kind: 'webhook-secret',
      begins: 'whsec_',
      rest: '[A-Za-z0-9+/]{24,88}={0,2}',
    },
    {
      name: 'private key',
      kind: 'webhook-secret',
      begins: 'whsk_',
      rest: '[A-Za-z0-9+/]{40,120}={0,2}',
    },
    {
      name: 'public key',
      kind: 'publishable-key',
      begins: 'whpk_',
      rest: '[A-Za-z0-9+/]{40,120}={0,2}',
    },
  ],
  scheme: standard(),
  event: {
    id: 'signed:id',
    type: 'body:type',
    occurredAt: { at: 'body:timestamp', unit: 'iso' },
  },
  samples: [
    {
      type: 'invoice.paid',
      id: 'msg_2YqKHookline',
      body: {
        type: 'invoice.paid',
        timestamp: '2023-11-14T22:13:20.000Z',
        data: { id: 'inv_1', amount: 999, currency: 'usd' },
      },
    },
  ],
})
