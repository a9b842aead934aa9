import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const typeform = defineProvider<
  JsonEvents<{ event_id: string; event_type: string; form_response: JsonObject }>
>({
  name: 'typeform',
  title: 'Typeform',
  docsUrl: 'https://www.typeform.com/developers/webhooks/secure-your-webhooks/',
  secretNames: ['TYPEFORM_WEBHOOK_SECRET'],
  keys: [
    { name: 'personal access token', kind: 'api-key', begins: 'tfp_', rest: '[\\w.-]{40,64}' },
  ],
  scheme: mac({
    header: 'Typeform-Signature',
    format: 'sha256={signature}',
    signed: '{body}',
    digest: 'sha256',
    encoding: 'base64',
  }),
  event: {
    id: 'body:event_id',
    type: 'body:event_type',
    occurredAt: { at: 'body:form_response.submitted_at', unit: 'iso' },
  },
  notes: ['Tried for some hours; an answer of 404 or 410 disables the hook.'],
  samples: [
    {
      type: 'form_response',
      body: {
        event_id: '01HF7Z0000HOOKLINE0000TYPE',
        event_type: 'form_response',
        form_response: {
          form_id: 'lT4Z3j',
          token: 'a3a12ec67a1365927098a606107fac15',
          submitted_at: '2023-11-14T22:13:20Z',
          answers: [{ type: 'text', text: 'Ada', field: { id: 'f1', type: 'short_text' } }],
        },
      },
    },
  ],
})
