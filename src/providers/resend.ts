import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { standard } from './schemes/standard.ts'

export const resend = defineProvider<
  JsonEvents<{ type: string; created_at: string; data: JsonObject }>
>({
  name: 'resend',
  title: 'Resend',
  docsUrl: 'https://resend.com/docs/dashboard/webhooks/introduction',
  secretNames: ['RESEND_WEBHOOK_SECRET'],
  keys: [
    {
      name: 'API key',
      kind: 'api-key',
      begins: 're_',
      rest: '(?=[A-Za-z_]*[0-9A-Z])[A-Za-z0-9]{8}_[A-Za-z0-9]{22,26}',
    },
  ],
  scheme: standard({ headers: ['svix'] }),
  event: {
    id: 'signed:id',
    type: 'body:type',
    occurredAt: { at: 'body:created_at', unit: 'iso' },
  },
  retryAfterSeconds: [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000],
  samples: [
    {
      type: 'email.delivered',
      id: 'msg_2YqKHookline',
      body: {
        type: 'email.delivered',
        created_at: '2023-11-14T22:13:20.000Z',
        data: { email_id: 'em_1', from: 'a@example.com', to: ['b@example.com'], subject: 'Hi' },
      },
    },
  ],
})
