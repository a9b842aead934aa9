/** Anthropic's API. It sends no webhooks that Hookline knows, so it is an API alone. */
import type { ApiDeclaration } from './declaration.ts'
import { defineApi } from './define.ts'

export const anthropicApi: ApiDeclaration = {
  name: 'anthropic',
  title: 'Anthropic',
  docsUrl: 'https://docs.anthropic.com/en/api',
  baseUrl: 'https://api.anthropic.com',
  keyNames: ['ANTHROPIC_API_KEY'],
  auth: { kind: 'header', header: 'x-api-key' },
  requestHeaders: ['anthropic-version', 'anthropic-beta'],
  responseHeaders: ['anthropic-ratelimit-*'],
  defaultHeaders: { 'anthropic-version': '2023-06-01' },
  probe: { path: '/v1/models', good: [200] },
}

export const anthropic = defineApi(anthropicApi)
