import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const vercel = defineProvider<JsonEvents<{ id: string; type: string; payload: JsonObject }>>(
  {
    name: 'vercel',
    title: 'Vercel',
    docsUrl: 'https://vercel.com/docs/webhooks/webhooks-api',
    secretNames: ['VERCEL_WEBHOOK_SECRET'],
    scheme: mac({
      header: 'x-vercel-signature',
      signed: '{body}',
      digest: 'sha1',
      encoding: 'hex',
    }),
    event: {
      id: 'body:id',
      type: 'body:type',
      occurredAt: { at: 'body:createdAt', unit: 'ms' },
    },
    notes: ['Tried for up to 24 hours with growing delays.'],
    samples: [
      {
        type: 'deployment.succeeded',
        body: {
          id: 'hook_evt_1',
          type: 'deployment.succeeded',
          createdAt: 1_700_000_000_000,
          region: 'fra1',
          payload: { deployment: { id: 'dpl_1', name: 'shop', url: 'shop-1.vercel.app' } },
        },
      },
    ],
  },
)
