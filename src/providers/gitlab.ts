import { defineProvider } from './define.ts'
import { standard } from './schemes/standard.ts'
import { token } from './schemes/token.ts'

export const gitlab = defineProvider({
  name: 'gitlab',
  title: 'GitLab',
  docsUrl: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
  secretNames: ['GITLAB_WEBHOOK_SECRET', 'GITLAB_WEBHOOK_TOKEN'],
  keys: [
    {
      name: 'personal access token',
      kind: 'api-key',
      begins: 'glpat-',
      rest: '[\\w-]{20,300}(?:\\.[0-9a-z]{2}\\.[0-9a-z]{9})?',
    },
    { name: 'deploy token', kind: 'api-key', begins: 'gldt-', rest: '[\\w-]{20,64}' },
    { name: 'trigger token', kind: 'api-key', begins: 'glptt-', rest: '[0-9a-f]{40}' },
  ],
  scheme: { token: token({ header: 'X-Gitlab-Token' }), 'signing-token': standard() },
  settings: ['scheme'],
  event: {
    id: { first: ['signed:id', 'header:Idempotency-Key', 'header:X-Gitlab-Event-UUID'] },
    type: 'body:object_kind',
  },
  notes: [
    'The secret token proves who called, not what the body says. Prefer the signing token.',
    'A hook that keeps failing is disabled; its retries are not published.',
  ],
  samples: [
    {
      type: 'push',
      id: '0d6b6e3b-9b3a-4d3e-8b1a-72d3162ecc78',
      body: {
        object_kind: 'push',
        event_name: 'push',
        ref: 'refs/heads/main',
        checkout_sha: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7',
        user_username: 'ada',
        project: { id: 15, path_with_namespace: 'ada/engine' },
        total_commits_count: 1,
      },
    },
  ],
})
