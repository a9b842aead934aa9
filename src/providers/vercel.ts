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
    keys: [
      { name: 'access token', kind: 'api-key', begins: 'vcp_', rest: '[A-Za-z0-9]{24,80}' },
      { name: 'AI gateway key', kind: 'api-key', begins: 'vck_', rest: '[A-Za-z0-9]{24,80}' },
      {
        name: 'blob token',
        kind: 'api-key',
        begins: 'vercel_blob_rw_',
        rest: '[A-Za-z0-9]{8,32}_[A-Za-z0-9]{20,40}',
      },
      {
        name: 'access token',
        kind: 'api-key',
        begins: '',
        rest: '[A-Za-z0-9]{24}',
        names: ['VERCEL_TOKEN', 'VERCEL_API_TOKEN'],
      },
    ],
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
