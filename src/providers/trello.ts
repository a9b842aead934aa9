import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { answerHead } from './handshakes.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const trello = defineProvider<JsonEvents<{ action: JsonObject; model: JsonObject }>>({
  name: 'trello',
  title: 'Trello',
  docsUrl: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/',
  secretNames: ['TRELLO_API_SECRET', 'TRELLO_SECRET'],
  scheme: mac({
    header: 'X-Trello-Webhook',
    signed: '{body}{url}',
    digest: 'sha1',
    encoding: 'base64',
  }),
  settings: ['publicUrl'],
  requiredSettings: ['publicUrl'],
  event: {
    id: 'body:action.id',
    type: 'body:action.type',
    occurredAt: { at: 'body:action.date', unit: 'iso' },
  },
  handshake: answerHead,
  retryAfterSeconds: [30, 60, 120],
  notes: [
    'publicUrl is the callbackURL with which the webhook was made, character for character.',
    'It checks the URL with a HEAD request. An answer of 410 deletes the webhook.',
  ],
  samples: [
    {
      type: 'createCard',
      body: {
        action: {
          id: '51f9424bcd6e040f3c002412',
          type: 'createCard',
          date: '2023-11-14T22:13:20.000Z',
          data: { card: { id: 'c1', name: 'Ship it' }, list: { id: 'l1', name: 'Doing' } },
        },
        model: { id: 'b1', name: 'Engine' },
      },
    },
  ],
})
