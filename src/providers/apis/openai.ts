/** OpenAI's API. The key's organization and project are the server's, never the caller's. */
import type { ApiDeclaration } from './declaration.ts'

export const openaiApi: ApiDeclaration = {
  name: 'openai',
  title: 'OpenAI',
  docsUrl: 'https://platform.openai.com/docs/api-reference',
  baseUrl: 'https://api.openai.com',
  keyNames: ['OPENAI_API_KEY'],
  auth: { kind: 'bearer' },
  requestHeaders: ['openai-beta'],
  responseHeaders: ['x-ratelimit-*', 'openai-processing-ms', 'openai-version'],
  probe: { path: '/v1/models', good: [200] },
}
