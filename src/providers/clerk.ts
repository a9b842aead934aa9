import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { decodeLoosely, forModes } from './key-shape.ts'
import type { JsonEvents } from './provider.ts'
import { standard } from './schemes/standard.ts'

export const clerk = defineProvider<
  JsonEvents<{ type: string; timestamp: number; data: JsonObject }>
>({
  name: 'clerk',
  title: 'Clerk',
  docsUrl: 'https://clerk.com/docs/webhooks/overview',
  secretNames: ['CLERK_WEBHOOK_SIGNING_SECRET', 'CLERK_WEBHOOK_SECRET'],
  keys: [
    ...forModes(
      { test: 'sk_test_', live: 'sk_live_' },
      {
        name: 'secret key',
        kind: 'api-key',
        rest: '(?!51)(?![0-9a-f]{40}(?![A-Za-z0-9]))[A-Za-z0-9]{40,50}',
        isBeginningShared: true,
      },
    ),
    ...forModes(
      { test: 'pk_test_', live: 'pk_live_' },
      {
        name: 'publishable key',
        kind: 'publishable-key',
        rest: '[A-Za-z0-9+/]{8,200}={0,2}',
        accepts: holdsHost,
        isBeginningShared: true,
      },
    ),
  ],
  scheme: standard({ headers: ['svix'] }),
  event: {
    id: 'signed:id',
    type: 'body:type',
    occurredAt: { at: 'body:timestamp', unit: 'ms' },
  },
  retryAfterSeconds: [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000],
  notes: ['The body does not say whether an instance is for development or for production.'],
  samples: [
    {
      type: 'user.created',
      id: 'msg_2YqKHookline',
      body: {
        object: 'event',
        type: 'user.created',
        timestamp: 1_700_000_000_000,
        instance_id: 'ins_1',
        data: { id: 'user_1', object: 'user', first_name: 'Ada', last_name: 'Lovelace' },
      },
    },
  ],
})

/** Its publishable key is the host of its API and a dollar sign, in base64. */
function holdsHost(key: string): boolean {
  const host = decodeLoosely(key.slice('pk_test_'.length))
  return host !== undefined && /^[a-z0-9.-]+\.[a-z]+\$$/.test(host)
}
