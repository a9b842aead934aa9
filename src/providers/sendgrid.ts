import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { arrayElements } from './json-array.ts'
import type { JsonEvents } from './provider.ts'
import { keyPair } from './schemes/key-pair.ts'

export const sendgrid = defineProvider<
  JsonEvents<{ event: string; email: string; timestamp: number; sg_event_id: string } & JsonObject>
>({
  name: 'sendgrid',
  title: 'Twilio SendGrid',
  docsUrl:
    'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
  secretNames: ['SENDGRID_WEBHOOK_PUBLIC_KEY', 'SENDGRID_WEBHOOK_VERIFICATION_KEY'],
  keys: [
    { name: 'API key', kind: 'api-key', begins: 'SG.', rest: '[\\w-]{16,32}\\.[\\w-]{16,64}' },
  ],
  scheme: keyPair({
    header: 'X-Twilio-Email-Event-Webhook-Signature',
    timestampHeader: 'X-Twilio-Email-Event-Webhook-Timestamp',
    form: 'p256-base64',
    toleranceSeconds: 172_800,
    futureToleranceSeconds: 300,
  }),
  event: {
    id: 'body:sg_event_id',
    type: 'body:event',
    occurredAt: { at: 'body:timestamp', unit: 's' },
  },
  batch: (body) => arrayElements(body),
  notes: [
    'The secret is the verification key that the console shows where signing is switched on.',
    'One request carries many events; each is an event of its own.',
    'SendGrid documents no tolerance. It repeats for 24 hours, and whether a repeat is signed ' +
      'anew is not published: a signed time may be two days old. The delays between attempts are ' +
      'not published either.',
  ],
  samples: [
    {
      type: 'delivered',
      body: [
        {
          email: 'ada@example.com',
          timestamp: 1_700_000_000,
          'smtp-id': '<14c5d75ce93.dfd.64b469@ismtpd-555>',
          event: 'delivered',
          category: ['receipt'],
          sg_event_id: 'ZGVsaXZlcmVkLTAtaG9va2xpbmU',
          sg_message_id: '14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0',
          response: '250 OK',
        },
      ],
    },
  ],
})
