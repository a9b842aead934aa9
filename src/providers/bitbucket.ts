import { defineProvider } from './define.ts'
import { mac } from './schemes/mac.ts'

export const bitbucket = defineProvider({
  name: 'bitbucket',
  title: 'Bitbucket Cloud',
  docsUrl: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/',
  secretNames: ['BITBUCKET_WEBHOOK_SECRET'],
  scheme: mac({
    header: 'X-Hub-Signature',
    format: 'sha256={signature}',
    signed: '{body}',
    digest: 'sha256',
    encoding: 'hex',
  }),
  event: { id: 'header:X-Request-UUID', type: 'header:X-Event-Key' },
  notes: [
    'Signed only where the hook has a secret.',
    'The id and the type of an event are headers that the signature does not cover.',
    'Up to two more tries after a timeout or a 5xx, with the same X-Request-UUID as far as is ' +
      'known.',
  ],
  samples: [
    {
      type: 'repo:push',
      id: '67a84a53-0f4c-4e4a-9a3e-2f3a3b4f2d11',
      body: {
        push: { changes: [{ new: { type: 'branch', name: 'main' }, created: false }] },
        repository: { type: 'repository', full_name: 'ada/engine', is_private: true },
        actor: { type: 'user', display_name: 'Ada Lovelace' },
      },
    },
  ],
})
