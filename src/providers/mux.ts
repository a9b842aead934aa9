import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const mux = defineProvider<JsonEvents<{ id: string; type: string; data: JsonObject }>>({
  name: 'mux',
  title: 'Mux',
  docsUrl: 'https://www.mux.com/docs/core/verify-webhook-signatures',
  secretNames: ['MUX_WEBHOOK_SECRET'],
  scheme: mac({
    header: 'Mux-Signature',
    format: 't={timestamp},v1={signature}',
    signed: '{timestamp}.{body}',
    digest: 'sha256',
    encoding: 'hex',
  }),
  event: {
    id: 'body:id',
    type: 'body:type',
    occurredAt: { at: 'body:created_at', unit: 'iso' },
  },
  notes: ['Tried for up to 24 hours with growing delays.'],
  samples: [
    {
      type: 'video.asset.ready',
      body: {
        type: 'video.asset.ready',
        id: '3a56ac3d-33da-4366-855b-f592d898409d',
        created_at: '2023-11-14T22:13:20.000000Z',
        environment: { name: 'Production', id: 'env_1' },
        data: { id: 'asset_1', status: 'ready', duration: 12.5 },
      },
    },
  ],
})
