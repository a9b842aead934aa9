import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { forModes } from './key-shape.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const paystack = defineProvider<JsonEvents<{ event: string; data: JsonObject }>>({
  name: 'paystack',
  title: 'Paystack',
  docsUrl: 'https://paystack.com/docs/payments/webhooks/',
  secretNames: ['PAYSTACK_SECRET_KEY'],
  keys: [
    ...forModes(
      { test: 'sk_test_', live: 'sk_live_' },
      { name: 'secret key', kind: 'api-key', rest: '[0-9a-f]{40}', isBeginningShared: true },
    ),
    ...forModes(
      { test: 'pk_test_', live: 'pk_live_' },
      {
        name: 'public key',
        kind: 'publishable-key',
        rest: '[0-9a-f]{40}',
        isBeginningShared: true,
      },
    ),
  ],
  scheme: mac({
    header: 'x-paystack-signature',
    signed: '{body}',
    digest: 'sha512',
    encoding: 'hex',
  }),
  event: {
    type: 'body:event',
    mode: { at: 'body:data.domain', live: 'live', test: 'test' },
  },
  retryAfterSeconds: [180, 180, 180, 180, ...Array<number>(72).fill(3_600)],
  notes: [
    'The key is the API secret key of the same mode: it signs, so treat it as a webhook secret ' +
      'too.',
    'It names no event id: a repeat is known by its bytes. In test mode it tries hourly for ' +
      'ten hours.',
  ],
  samples: [
    {
      type: 'charge.success',
      body: {
        event: 'charge.success',
        data: {
          id: 302961,
          domain: 'test',
          status: 'success',
          reference: 'qTPrJoy9Bx',
          amount: 99_900,
          paid_at: '2023-11-14T22:13:20.000Z',
          currency: 'NGN',
        },
      },
    },
  ],
})
