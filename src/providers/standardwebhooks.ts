import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const standardwebhooks = defineProvider<JsonEvents<StandardEnvelope>>({
  name: 'standardwebhooks',
  title: 'Standard Webhooks',
  docsUrl: 'https://www.standardwebhooks.com',
  secretNames: ['STANDARDWEBHOOKS_SECRET'],
  scheme: mac({
    header: 'webhook-signature',
    format: 'v1,{signature}',
    separator: ' ',
    idHeader: 'webhook-id',
    timestampHeader: 'webhook-timestamp',
    signed: '{id}.{timestamp}.{body}',
    digest: 'sha256',
    encoding: 'base64',
    key: { form: 'base64', prefix: 'whsec_' },
  }),
  event: {
    id: 'signed:id',
    type: 'body:type',
    occurredAt: { at: 'body:timestamp', unit: 'iso' },
  },
  samples: [],
})

/** What the specification advises for the body. */
export interface StandardEnvelope {
  type: string
  /** RFC 3339 */
  timestamp: string
  data: JsonObject
}
