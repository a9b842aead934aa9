import { defineProvider } from './define.ts'
import type { GithubEvents } from './github-events.ts'
import { mac } from './schemes/mac.ts'

export const github = defineProvider<GithubEvents>({
  name: 'github',
  title: 'GitHub',
  docsUrl: 'https://docs.github.com/en/webhooks',
  secretNames: ['GITHUB_WEBHOOK_SECRET'],
  keys: [
    { name: 'personal access token', kind: 'api-key', begins: 'ghp_', rest: '[A-Za-z0-9]{36}' },
    { name: 'fine-grained token', kind: 'api-key', begins: 'github_pat_', rest: '\\w{22,255}' },
    { name: 'OAuth token', kind: 'api-key', begins: 'gho_', rest: '[A-Za-z0-9]{36}' },
    { name: 'user token', kind: 'api-key', begins: 'ghu_', rest: '[A-Za-z0-9]{36}' },
    { name: 'installation token', kind: 'api-key', begins: 'ghs_', rest: '[\\w.-]{36,2000}' },
    { name: 'refresh token', kind: 'api-key', begins: 'ghr_', rest: '[A-Za-z0-9]{36,76}' },
  ],
  scheme: mac({
    header: 'X-Hub-Signature-256',
    format: 'sha256={signature}',
    signed: '{body}',
    digest: 'sha256',
    encoding: 'hex',
  }),
  event: { id: 'header:X-GitHub-Delivery', type: 'header:X-GitHub-Event' },
  retryAfterSeconds: [],
  notes: [
    'The id and the type of an event are headers that the signature does not cover.',
    'Redelivered by hand or by its API, with the same X-GitHub-Delivery as far as is known.',
  ],
  samples: [
    {
      type: 'issues',
      id: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      body: {
        action: 'opened',
        issue: { id: 73464126, number: 1347, title: 'Found a bug', state: 'open' },
        repository: { id: 35129377, full_name: 'octocat/Hello-World', private: false },
        sender: { id: 1, login: 'octocat', type: 'User' },
      },
    },
  ],
})
