import { defineProvider } from './define.ts'
import type { GithubEvents } from './github-events.ts'
import { mac } from './schemes/mac.ts'

export const github = defineProvider<GithubEvents>({
  name: 'github',
  title: 'GitHub',
  docsUrl: 'https://docs.github.com/en/webhooks',
  secretNames: ['GITHUB_WEBHOOK_SECRET'],
  scheme: mac({
    header: 'X-Hub-Signature-256',
    format: 'sha256={signature}',
    signed: '{body}',
    digest: 'sha256',
    encoding: 'hex',
  }),
  event: { id: 'header:X-GitHub-Delivery', type: 'header:X-GitHub-Event' },
  samples: [],
})
