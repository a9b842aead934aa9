import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { standard } from './schemes/standard.ts'

export const standardwebhooks = defineProvider<JsonEvents<StandardEnvelope>>({
  name: 'standardwebhooks',
  title: 'Standard Webhooks',
  docsUrl: 'https://www.standardwebhooks.com',
  secretNames: ['STANDARDWEBHOOKS_SECRET'],
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

/** What the specification advises for the body. */
export interface StandardEnvelope {
  type: string
  /** RFC 3339 */
  timestamp: string
  data: JsonObject
}
