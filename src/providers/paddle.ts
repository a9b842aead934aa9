import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { forModes } from './key-shape.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const paddle = defineProvider<
  JsonEvents<{ event_id: string; event_type: string; data: JsonObject }>
>({
  name: 'paddle',
  title: 'Paddle Billing',
  docsUrl: 'https://developer.paddle.com/webhooks/overview',
  secretNames: ['PADDLE_WEBHOOK_SECRET'],
  keys: [
    ...forModes(
      { test: 'pdl_sdbx_apikey_', live: 'pdl_live_apikey_' },
      { name: 'API key', kind: 'api-key', rest: '[a-z0-9]{26}_[A-Za-z0-9]{22}_[A-Za-z0-9]{3}' },
    ),
    {
      name: 'webhook secret',
      kind: 'webhook-secret',
      begins: 'pdl_ntfset_',
      rest: '[a-z0-9]{26}_[A-Za-z0-9+/]{32}',
    },
    ...forModes(
      { test: 'test_', live: 'live_' },
      {
        name: 'client-side token',
        kind: 'publishable-key',
        rest: '[0-9a-f]{27}',
        isBeginningShared: true,
      },
    ),
  ],
  scheme: mac({
    header: 'Paddle-Signature',
    format: 'ts={timestamp};h1={signature}',
    signed: '{timestamp}:{body}',
    digest: 'sha256',
    encoding: 'hex',
    key: { form: 'text', prefix: 'pdl_ntfset_' },
    toleranceSeconds: 5,
  }),
  event: {
    id: 'body:event_id',
    type: 'body:event_type',
    occurredAt: { at: 'body:occurred_at', unit: 'iso' },
  },
  notes: ['Sixty tries in three days, twenty of them in the first hour; in its sandbox three.'],
  samples: [
    {
      type: 'transaction.completed',
      body: {
        event_id: 'evt_01hookline',
        event_type: 'transaction.completed',
        occurred_at: '2023-11-14T22:13:20.000000Z',
        data: { id: 'txn_01hookline', status: 'completed', currency_code: 'USD' },
      },
    },
  ],
})
