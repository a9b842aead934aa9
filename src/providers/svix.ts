import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { forModes } from './key-shape.ts'
import type { JsonEvents } from './provider.ts'
import { standard } from './schemes/standard.ts'

export const svix = defineProvider<JsonEvents<{ type: string } & JsonObject>>({
  name: 'svix',
  title: 'Svix',
  docsUrl: 'https://docs.svix.com/receiving/introduction',
  secretNames: ['SVIX_WEBHOOK_SECRET'],
  keys: [
    ...forModes(
      { test: 'testsk_', live: 'sk_' },
      {
        name: 'API key',
        kind: 'api-key',
        rest: '[\\w-]{20,64}\\.(?:us|eu|ca|au|in)',
        isBeginningShared: true,
      },
    ),
  ],
  scheme: standard({ headers: ['svix', 'webhook'] }),
  event: { id: 'signed:id', type: 'body:type' },
  retryAfterSeconds: [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000],
  notes: ['Where both families of headers are sent, those that begin with svix- count.'],
  samples: [
    {
      type: 'invoice.paid',
      id: 'msg_2YqKHookline',
      body: { type: 'invoice.paid', data: { id: 'inv_1', amount: 999, currency: 'usd' } },
    },
  ],
})
