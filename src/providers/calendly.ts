import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const calendly = defineProvider<JsonEvents<{ event: string; payload: JsonObject }>>({
  name: 'calendly',
  title: 'Calendly',
  docsUrl: 'https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures',
  secretNames: ['CALENDLY_WEBHOOK_SIGNING_KEY'],
  scheme: mac({
    header: 'Calendly-Webhook-Signature',
    format: 't={timestamp},v1={signature}',
    signed: '{timestamp}.{body}',
    digest: 'sha256',
    encoding: 'hex',
    toleranceSeconds: 180,
  }),
  event: { type: 'body:event', occurredAt: { at: 'body:created_at', unit: 'iso' } },
  notes: [
    "Three minutes are the tolerance of its documentation's sample.",
    'It names no event id: a repeat is known by its bytes. Tried for up to 24 hours.',
  ],
  samples: [
    {
      type: 'invitee.created',
      body: {
        event: 'invitee.created',
        created_at: '2023-11-14T22:13:20.000000Z',
        created_by: 'https://api.calendly.com/users/AAAAAAAAAAAAAAAA',
        payload: { uri: 'https://api.calendly.com/scheduled_events/E1/invitees/I1', name: 'Ada' },
      },
    },
  ],
})
