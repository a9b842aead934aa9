import { decodeUtf8 } from '../base/bytes.ts'
import { type Json, type JsonObject, parseJson, valueAt } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { parseForm } from './form.ts'
import { bodyHolds, echo, signedChallenge } from './handshakes.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const slack = defineProvider<JsonEvents<{ type: string } & JsonObject>>({
  name: 'slack',
  title: 'Slack',
  docsUrl: 'https://docs.slack.dev/authentication/verifying-requests-from-slack/',
  secretNames: ['SLACK_SIGNING_SECRET'],
  keys: [
    {
      name: 'bot token',
      kind: 'api-key',
      begins: 'xoxb-',
      rest: '[0-9]{6,15}-[0-9A-Za-z-]{10,200}',
    },
    {
      name: 'user token',
      kind: 'api-key',
      begins: 'xoxp-',
      rest: '[0-9]{6,15}-[0-9A-Za-z-]{10,200}',
    },
    {
      name: 'workspace token',
      kind: 'api-key',
      begins: 'xoxa-',
      rest: '(?:2-)?[0-9]{6,15}-[0-9A-Za-z-]{10,200}',
    },
    { name: 'refresh token', kind: 'api-key', begins: 'xoxr-', rest: '[0-9A-Za-z-]{20,200}' },
    {
      name: 'app-level token',
      kind: 'api-key',
      begins: 'xapp-',
      rest: '[0-9]-[A-Z0-9]{6,15}-[0-9]{6,20}-[0-9a-f]{20,100}',
    },
    {
      name: 'incoming webhook',
      kind: 'api-key',
      begins: 'https://hooks.slack.com/services/',
      rest: 'T[A-Z0-9]{6,14}/B[A-Z0-9]{6,14}/[A-Za-z0-9]{20,30}',
    },
  ],
  scheme: mac({
    header: 'X-Slack-Signature',
    format: 'v0={signature}',
    signed: 'v0:{timestamp}:{body}',
    digest: 'sha256',
    encoding: 'hex',
    timestampHeader: 'X-Slack-Request-Timestamp',
  }),
  event: {
    id: { first: ['body:event_id', 'body:trigger_id'] },
    type: { first: ['body:event.type', 'body:type', 'body:command'] },
    occurredAt: { at: 'body:event_time', unit: 's' },
  },
  parse: parseSlack,
  // Any text in the answer to a command would be shown to the user who typed it.
  reply: { accepted: { status: 200 } },
  handshake: signedChallenge({
    mayBe: bodyHolds('url_verification'),
    answer: (payload) =>
      valueAt(payload, 'type') === 'url_verification' ? echo(payload, 'challenge') : null,
  }),
  retryAfterSeconds: [0, 60, 300],
  notes: [
    'Events are JSON. Commands and interactions are forms: an interaction is the JSON in ' +
      '`payload`.',
    'It waits three seconds for the answer.',
  ],
  samples: [
    {
      type: 'app_mention',
      body: {
        type: 'event_callback',
        team_id: 'T0001',
        api_app_id: 'A0001',
        event_id: 'Ev0HOOKLINE',
        event_time: 1_700_000_000,
        event: { type: 'app_mention', user: 'U1', text: '<@U0> hello', channel: 'C1' },
      },
    },
  ],
})

function parseSlack(body: Uint8Array): Json | undefined {
  const text = decodeUtf8(body)
  if (text === undefined) return undefined
  const form = parseForm(text)
  if (!form) return parseJson(text)
  return typeof form.payload === 'string' ? parseJson(form.payload) : form
}
