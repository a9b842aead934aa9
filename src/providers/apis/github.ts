/** GitHub's REST API, with a token of any kind. */
import type { ApiDeclaration } from './declaration.ts'

export const githubApi: ApiDeclaration = {
  name: 'github',
  title: 'GitHub',
  docsUrl: 'https://docs.github.com/en/rest',
  baseUrl: 'https://api.github.com',
  keyNames: ['GITHUB_TOKEN', 'GH_TOKEN'],
  auth: { kind: 'bearer' },
  requestHeaders: ['x-github-api-version'],
  responseHeaders: ['link', 'x-ratelimit-*', 'x-github-*'],
  defaultHeaders: { 'x-github-api-version': '2022-11-28' },
  // Tokens of apps belong to no user, so that `/user` would refuse good ones.
  probe: { path: '/rate_limit', good: [200] },
}
