import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { answerHead } from './handshakes.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const intercom = defineProvider<JsonEvents<{ id: string; topic: string; data: JsonObject }>>(
  {
    name: 'intercom',
    title: 'Intercom',
    docsUrl: 'https://developers.intercom.com/docs/webhooks/setting-up-webhooks',
    secretNames: ['INTERCOM_CLIENT_SECRET'],
    keys: [
      {
        name: 'access token',
        kind: 'api-key',
        begins: 'dG9rO',
        rest: '[A-Za-z0-9+/]{50,100}={0,2}',
      },
    ],
    scheme: mac({
      header: 'X-Hub-Signature',
      format: 'sha1={signature}',
      signed: '{body}',
      digest: 'sha1',
      encoding: 'hex',
    }),
    event: {
      id: 'body:id',
      type: 'body:topic',
      occurredAt: { at: 'body:created_at', unit: 's' },
    },
    handshake: answerHead,
    retryAfterSeconds: [60],
    notes: ["The key is the app's client secret. It checks the URL with a HEAD request."],
    samples: [
      {
        type: 'conversation.user.created',
        body: {
          type: 'notification_event',
          id: 'notif_1a2b3c',
          topic: 'conversation.user.created',
          created_at: 1_700_000_000,
          delivery_attempts: 1,
          data: { item: { type: 'conversation', id: '1' } },
        },
      },
    ],
  },
)
