import { defineProvider } from './define.ts'
import { hasClaim, tokenRest } from './key-shape.ts'
import { standard } from './schemes/standard.ts'

export const supabase = defineProvider({
  name: 'supabase',
  title: 'Supabase Auth hooks',
  docsUrl: 'https://supabase.com/docs/guides/auth/auth-hooks',
  secretNames: ['SUPABASE_AUTH_HOOK_SECRET', 'SUPABASE_HOOK_SECRET'],
  keys: [
    { name: 'secret key', kind: 'api-key', begins: 'sb_secret_', rest: '[\\w-]{22}_[\\w-]{8}' },
    {
      name: 'publishable key',
      kind: 'publishable-key',
      begins: 'sb_publishable_',
      rest: '[\\w-]{22}_[\\w-]{8}',
    },
    {
      name: 'personal access token',
      kind: 'api-key',
      begins: 'sbp_',
      rest: '(?:v0_)?[0-9a-f]{40}',
    },
    {
      name: 'service role key',
      kind: 'api-key',
      begins: 'eyJ',
      rest: tokenRest,
      accepts: hasClaim('role', 'service_role'),
      isBeginningShared: true,
    },
    {
      name: 'anonymous key',
      kind: 'publishable-key',
      begins: 'eyJ',
      rest: tokenRest,
      accepts: hasClaim('role', 'anon'),
      isBeginningShared: true,
    },
    {
      name: 'webhook secret',
      kind: 'webhook-secret',
      begins: 'v1,whsec_',
      rest: '[A-Za-z0-9+/]{24,88}={0,2}',
    },
  ],
  scheme: standard({ keys: [{ form: 'base64', prefix: ['v1,whsec_', 'whsec_'] }] }),
  event: {
    id: 'signed:id',
    type: {
      first: ['body:metadata.name', { memberOf: 'body:', beside: ['user', 'user_id', 'metadata'] }],
    },
    occurredAt: { at: 'body:metadata.time', unit: 'iso' },
  },
  reply: {
    accepted: { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' },
  },
  notes: [
    'A hook that names itself has that name as its type; the others that of what they bring, ' +
      'such as `email_data` and `sms`.',
    'The answer is always `{}`, which lets the user pass. Hooks that change a token need ' +
      'another answer.',
    'Database webhooks are not signed: declare them as a sender of your own.',
  ],
  samples: [
    {
      type: 'before-user-created',
      id: '2f8a3c1e-7b1d-4f55-9a0e-6d5c4b3a2f10',
      body: {
        metadata: { name: 'before-user-created', time: '2023-11-14T22:13:20.000Z' },
        user: { id: 'ff7fc9ae-3b1b-4642-9241-64adb9848a03', email: 'ada@example.com' },
      },
    },
    {
      type: 'email_data',
      id: '3f8a3c1e-7b1d-4f55-9a0e-6d5c4b3a2f10',
      body: {
        user: { id: 'ff7fc9ae-3b1b-4642-9241-64adb9848a03', email: 'ada@example.com' },
        email_data: { token: '305805', email_action_type: 'signup' },
      },
    },
  ],
})
