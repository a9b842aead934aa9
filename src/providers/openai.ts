import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { standard } from './schemes/standard.ts'

export const openai = defineProvider<JsonEvents<{ id: string; type: string; data: JsonObject }>>({
  name: 'openai',
  title: 'OpenAI',
  docsUrl: 'https://platform.openai.com/docs/guides/webhooks',
  secretNames: ['OPENAI_WEBHOOK_SECRET'],
  keys: [
    { name: 'project key', kind: 'api-key', begins: 'sk-proj-', rest: '[\\w-]{20,300}' },
    { name: 'service account key', kind: 'api-key', begins: 'sk-svcacct-', rest: '[\\w-]{20,300}' },
    { name: 'admin key', kind: 'api-key', begins: 'sk-admin-', rest: '[\\w-]{20,300}' },
    {
      name: 'user key',
      kind: 'api-key',
      begins: 'sk-',
      rest: '[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|(?:None-)?[A-Za-z0-9]{48}',
      isBeginningShared: true,
      names: ['OPENAI_API_KEY'],
    },
  ],
  scheme: standard({ keys: [{ form: 'base64', prefix: 'whsec_', unprefixed: 'text' }] }),
  event: {
    id: 'signed:id',
    type: 'body:type',
    occurredAt: { at: 'body:created_at', unit: 's' },
  },
  notes: ['Tried for up to 72 hours; the delays are not published. Redirects are not followed.'],
  samples: [
    {
      type: 'response.completed',
      id: 'wh_2YqKHookline',
      body: {
        id: 'evt_1',
        object: 'event',
        created_at: 1_700_000_000,
        type: 'response.completed',
        data: { id: 'resp_1' },
      },
    },
  ],
})
