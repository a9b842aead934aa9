import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { echo, signedChallenge } from './handshakes.ts'
import type { JsonEvents, WebhookRequest } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const twitch = defineProvider<JsonEvents<{ subscription: JsonObject; event?: JsonObject }>>({
  name: 'twitch',
  title: 'Twitch EventSub',
  docsUrl: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/',
  secretNames: ['TWITCH_EVENTSUB_SECRET', 'TWITCH_WEBHOOK_SECRET'],
  scheme: mac({
    header: 'Twitch-Eventsub-Message-Signature',
    format: 'sha256={signature}',
    signed: '{id}{timestamp}{body}',
    digest: 'sha256',
    encoding: 'hex',
    idHeader: 'Twitch-Eventsub-Message-Id',
    timestampHeader: 'Twitch-Eventsub-Message-Timestamp',
    timestampUnit: 'iso',
    toleranceSeconds: 600,
  }),
  event: {
    id: 'signed:id',
    type: { first: ['header:Twitch-Eventsub-Subscription-Type', 'body:subscription.type'] },
    occurredAt: { at: 'header:Twitch-Eventsub-Message-Timestamp', unit: 'iso' },
  },
  handshake: signedChallenge({
    mayBe: isVerification,
    answer: (payload) => echo(payload, 'challenge'),
  }),
  notes: [
    'A revoked subscription is told under its own type, with the reason in subscription.status ' +
      'and no event.',
    'Its retries are not published; too many failures revoke the subscription.',
  ],
  samples: [
    {
      type: 'channel.follow',
      id: 'befa7b53-d79d-478f-86b9-120f112b044e',
      body: {
        subscription: {
          id: 'f1c2a387-161a-49f9-a165-0f21d7a4e1c4',
          type: 'channel.follow',
          version: '2',
          status: 'enabled',
          created_at: '2023-11-14T22:13:20.634234626Z',
        },
        event: { user_login: 'ada', broadcaster_user_login: 'babbage' },
      },
    },
  ],
})

/**
 * The header is not signed: it only tells where a challenge may be, which the signature then
 * covers.
 */
function isVerification({ headers }: WebhookRequest): boolean {
  return headers.some(
    ([name, value]) =>
      name.toLowerCase() === 'twitch-eventsub-message-type' &&
      value === 'webhook_callback_verification',
  )
}
