import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const sentry = defineProvider<JsonEvents<{ action: string; data: JsonObject }>>({
  name: 'sentry',
  title: 'Sentry integration platform',
  docsUrl: 'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/',
  secretNames: ['SENTRY_CLIENT_SECRET'],
  keys: [
    {
      name: 'organization token',
      kind: 'api-key',
      begins: 'sntrys_',
      rest: '[A-Za-z0-9+/=_]{40,400}',
    },
    { name: 'user token', kind: 'api-key', begins: 'sntryu_', rest: '[0-9a-f]{64}' },
  ],
  scheme: mac({
    header: 'Sentry-Hook-Signature',
    signed: '{body}',
    digest: 'sha256',
    encoding: 'hex',
  }),
  event: {
    id: 'header:Request-ID',
    type: { join: ['header:Sentry-Hook-Resource', 'body:action'] },
    occurredAt: { at: 'header:Sentry-Hook-Timestamp', unit: 's' },
  },
  notes: [
    "The key is the integration's client secret. It waits one second for the answer.",
    'Id, resource and time are headers that the signature does not cover.',
  ],
  samples: [
    {
      type: 'issue.created',
      id: '4a1b2c3d4e5f60718293a4b5c6d7e8f9',
      body: {
        action: 'created',
        installation: { uuid: 'a8e5d37a-696c-4c54-adb5-b3f28d64c7de' },
        data: { issue: { id: '1', title: 'ReferenceError: a is not defined', level: 'error' } },
        actor: { type: 'application', id: 'sentry', name: 'Sentry' },
      },
    },
  ],
})
