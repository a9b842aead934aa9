import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { arrayElements } from './json-array.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const gocardless = defineProvider<
  JsonEvents<{ id: string; resource_type: string; action: string; links: JsonObject }>
>({
  name: 'gocardless',
  title: 'GoCardless',
  docsUrl: 'https://developer.gocardless.com/api-reference/#appendix-webhooks',
  secretNames: ['GOCARDLESS_WEBHOOK_SECRET'],
  scheme: mac({
    header: 'Webhook-Signature',
    signed: '{body}',
    digest: 'sha256',
    encoding: 'hex',
  }),
  event: {
    id: 'body:id',
    type: { join: ['body:resource_type', 'body:action'] },
    occurredAt: { at: 'body:created_at', unit: 'iso' },
  },
  batch: (body) => arrayElements(body, ['events']),
  reply: { refusedStatus: 498 },
  notes: [
    'Up to 250 events in one request; each is an event of its own.',
    'Up to eight more tries. A wrong signature is answered with 498, as it asks for.',
  ],
  samples: [
    {
      type: 'payments.confirmed',
      body: {
        events: [
          {
            id: 'EV00HOOKLINE',
            created_at: '2023-11-14T22:13:20.000Z',
            resource_type: 'payments',
            action: 'confirmed',
            links: { payment: 'PM123' },
            details: { origin: 'gocardless', cause: 'payment_confirmed' },
          },
        ],
        meta: { webhook_id: 'WB123' },
      },
    },
  ],
})
