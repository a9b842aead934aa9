import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { forModes } from './key-shape.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'
import { token } from './schemes/token.ts'

export const flutterwave = defineProvider<JsonEvents<{ data: JsonObject }>>({
  name: 'flutterwave',
  title: 'Flutterwave',
  docsUrl: 'https://developer.flutterwave.com/docs/webhooks',
  secretNames: ['FLUTTERWAVE_SECRET_HASH', 'FLW_SECRET_HASH'],
  keys: [
    ...forModes(
      { test: 'FLWSECK_TEST-', live: 'FLWSECK-' },
      { name: 'secret key', kind: 'api-key', rest: '[0-9A-Za-z]{32}(?:-X)?' },
    ),
    ...forModes(
      { test: 'FLWPUBK_TEST-', live: 'FLWPUBK-' },
      { name: 'public key', kind: 'publishable-key', rest: '[0-9A-Za-z]{32}(?:-X)?' },
    ),
  ],
  scheme: {
    'verif-hash': token({ header: 'verif-hash' }),
    'flutterwave-signature': mac({
      header: 'flutterwave-signature',
      signed: '{body}',
      digest: 'sha256',
      encoding: 'base64',
    }),
  },
  settings: ['scheme'],
  event: {
    id: {
      first: [
        { join: ['body:type', 'body:data.id', 'body:data.status'] },
        { join: ['body:event', 'body:data.id', 'body:data.status'] },
      ],
    },
    type: { first: ['body:type', 'body:event'] },
    occurredAt: { at: 'body:timestamp', unit: 'ms' },
  },
  retryAfterSeconds: [1_800, 1_800, 1_800],
  notes: [
    'verif-hash (v3) is the secret hash itself: it proves who called, not what the body says. ' +
      'Fetch the transaction before giving value. flutterwave-signature (v4) signs the body.',
    'It tries again only where that is switched on in its dashboard.',
  ],
  samples: [
    {
      type: 'charge.completed',
      scheme: 'flutterwave-signature',
      body: {
        id: 'wbk_W5p6ktwU0jQ8RO4By860',
        timestamp: 1_700_000_000_000,
        type: 'charge.completed',
        data: { id: 'chg_Hq4oBRTJ4r', status: 'succeeded', amount: 999, currency: 'NGN' },
      },
    },
    {
      type: 'charge.completed',
      scheme: 'verif-hash',
      body: {
        event: 'charge.completed',
        data: { id: 285_959_875, tx_ref: 'order_1', status: 'successful', currency: 'NGN' },
      },
    },
  ],
})
