import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { identityToken } from './schemes/identity-token.ts'

export const googlePubsub = defineProvider<
  JsonEvents<{
    message: { messageId: string; publishTime: string; data?: string }
    subscription: string
  }>
>({
  name: 'google-pubsub',
  title: 'Google Pub/Sub push',
  docsUrl: 'https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions',
  secretNames: [],
  scheme: identityToken({
    issuers: ['https://accounts.google.com', 'accounts.google.com'],
    keyUrls: [
      'https://www.googleapis.com/oauth2/v3/certs',
      'https://www.googleapis.com/oauth2/v1/certs',
    ],
  }),
  settings: ['audience', 'serviceAccountEmail', 'publicUrl'],
  requiredSettings: ['audience', 'serviceAccountEmail'],
  event: {
    id: 'body:message.messageId',
    type: { first: ['body:message.attributes.eventType', 'body:subscription'] },
    occurredAt: { at: 'body:message.publishTime', unit: 'iso' },
  },
  reply: { accepted: { status: 204 } },
  retryAfterSeconds: [10, 20, 40, 80, 160, 320, 600],
  notes: [
    'The token proves who pushes, not what the body says. It comes by https, and so to you alone.',
    'Set serviceAccountEmail to the account of the push subscription, and audience to its ' +
      'audience; where that is left to its default, publicUrl is compared. Without them every ' +
      "request is refused: a token for anybody's own account would do.",
    'Google Play notifications come this way: message.data is base64 of their JSON.',
    'Repeated with growing delays until the retention of the subscription ends, seven days by ' +
      'default; the delays here are an approximation.',
  ],
  samples: [
    {
      type: 'projects/hookline/subscriptions/play',
      body: {
        message: {
          data: Buffer.from(
            '{"version":"1.0","packageName":"com.example.app","eventTimeMillis":"1700000000000","testNotification":{"version":"1.0"}}',
          ).toString('base64'),
          messageId: '2070443601311540',
          message_id: '2070443601311540',
          publishTime: '2023-11-14T22:13:20.155Z',
          publish_time: '2023-11-14T22:13:20.155Z',
        },
        subscription: 'projects/hookline/subscriptions/play',
      },
    },
  ],
})
