import type { JsonObject } from '../base/json.ts'
import { valueAt } from '../base/json.ts'
import { hmac } from '../signing/hmac.ts'
import { defineProvider } from './define.ts'
import { bodyHolds, signedChallenge } from './handshakes.ts'
import type { JsonEvents, ProviderReply } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const zoom = defineProvider<JsonEvents<{ event: string; payload: JsonObject }>>({
  name: 'zoom',
  title: 'Zoom',
  docsUrl: 'https://developers.zoom.us/docs/api/webhooks/',
  secretNames: ['ZOOM_WEBHOOK_SECRET_TOKEN'],
  scheme: mac({
    header: 'x-zm-signature',
    format: 'v0={signature}',
    signed: 'v0:{timestamp}:{body}',
    digest: 'sha256',
    encoding: 'hex',
    timestampHeader: 'x-zm-request-timestamp',
    toleranceSeconds: 5_400,
    futureToleranceSeconds: 300,
  }),
  event: { type: 'body:event', occurredAt: { at: 'body:event_ts', unit: 'ms' } },
  handshake: signedChallenge({
    mayBe: bodyHolds('endpoint.url_validation'),
    answer: answerUrlValidation,
  }),
  retryAfterSeconds: [300, 1_200, 3_600],
  notes: [
    'It documents no tolerance, nor whether a retry is signed anew. An hour and a half ' +
      'outlasts them all.',
    'It names no event id: a repeat is known by its bytes. It waits three seconds for the answer.',
    'Its own SDK signs the JSON as it writes it again; here the bytes that came are verified.',
  ],
  samples: [
    {
      type: 'meeting.started',
      body: {
        event: 'meeting.started',
        event_ts: 1_700_000_000_000,
        payload: {
          account_id: 'AAAAAABBBB',
          object: { id: '1234567890', uuid: '4444AAAiAAAAAiAiAiiAii==', topic: 'Standup' },
        },
      },
    },
  ],
})

/**
 * What every signature is made over begins so: a token like that would ask for a forged request.
 */
const signedPrefix = 'v0:'
const plainTokenCharactersMax = 256

function answerUrlValidation(payload: unknown, secret: string): ProviderReply | null {
  const plainToken = valueAt(payload, 'payload.plainToken')
  if (valueAt(payload, 'event') !== 'endpoint.url_validation') return null
  if (typeof plainToken !== 'string' || plainToken.length > plainTokenCharactersMax) return null
  if (plainToken === '' || plainToken.startsWith(signedPrefix)) return null
  const encryptedToken = hmac('sha256', secret, [plainToken]).toString('hex')
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ plainToken, encryptedToken }),
  }
}
