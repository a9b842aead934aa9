import { type Json, type JsonObject, valueAt } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { forModes } from './key-shape.ts'
import type { JsonEvents } from './provider.ts'
import { bodyHashToken } from './schemes/body-hash-token.ts'

const production = 'https://production.plaid.com/webhook_verification_key/get'
const sandbox = 'https://sandbox.plaid.com/webhook_verification_key/get'

export const plaid = defineProvider<
  JsonEvents<{ webhook_type: string; webhook_code: string; environment: string } & JsonObject>
>({
  name: 'plaid',
  title: 'Plaid',
  docsUrl: 'https://plaid.com/docs/api/webhooks/webhook-verification/',
  secretNames: [],
  keys: [
    ...forModes(
      { test: 'access-sandbox-', live: 'access-production-' },
      {
        name: 'access token',
        kind: 'api-key',
        rest: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
      },
    ),
  ],
  scheme: bodyHashToken({
    header: 'Plaid-Verification',
    hashClaim: 'request_body_sha256',
    keyUrls,
    toleranceSeconds: 300,
    futureToleranceSeconds: 300,
  }),
  settings: ['clientId', 'clientSecret'],
  requiredSettings: ['clientId', 'clientSecret'],
  event: {
    type: { join: ['body:webhook_type', 'body:webhook_code'] },
    mode: { at: 'body:environment', live: 'production', test: 'sandbox' },
  },
  notes: [
    'There is no webhook secret: clientId and clientSecret, those of the API, ask for the key ' +
      'that signed.',
    'A key that has ended is refused, as Plaid demands. Keys are kept for an hour.',
    'Events have no id; the bytes of the body are the identity. Repeated for up to 24 hours.',
  ],
  samples: [
    {
      type: 'TRANSACTIONS.SYNC_UPDATES_AVAILABLE',
      body: {
        webhook_type: 'TRANSACTIONS',
        webhook_code: 'SYNC_UPDATES_AVAILABLE',
        item_id: 'wz666MBjYWTp2PDzzggYhM6oWWmBb',
        initial_update_complete: true,
        historical_update_complete: false,
        environment: 'sandbox',
      },
    },
  ],
})

/**
 * What the body says is not verified yet, and here only says which of Plaid's hosts is asked first.
 */
function keyUrls(payload: Json | undefined): readonly string[] {
  const isSandbox = valueAt(payload, 'environment') === 'sandbox'
  return isSandbox ? [sandbox, production] : [production, sandbox]
}
