import { defineProvider } from './define.ts'
import { arrayElements } from './json-array.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

export const hubspot = defineProvider<
  JsonEvents<{ eventId: number; subscriptionType: string; objectId?: number; portalId: number }>
>({
  name: 'hubspot',
  title: 'HubSpot',
  docsUrl: 'https://developers.hubspot.com/docs/api/webhooks/validating-requests',
  secretNames: ['HUBSPOT_CLIENT_SECRET'],
  keys: [
    {
      name: 'private app token',
      kind: 'api-key',
      begins: 'pat-',
      rest: '(?:na|eu|ap)[0-9]-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
    },
  ],
  scheme: mac({
    header: 'X-HubSpot-Signature-v3',
    signed: '{method}{url}{body}{timestamp}',
    digest: 'sha256',
    encoding: 'base64',
    timestampHeader: 'X-HubSpot-Request-Timestamp',
    timestampUnit: 'ms',
    signedUrl: decodeReserved,
  }),
  settings: ['publicUrl'],
  requiredSettings: ['publicUrl'],
  event: {
    // The event id alone is not promised to be unique.
    id: { join: ['body:eventId', 'body:subscriptionId', 'body:occurredAt'] },
    type: 'body:subscriptionType',
    occurredAt: { at: 'body:occurredAt', unit: 'ms' },
  },
  batch: (body) => arrayElements(body),
  notes: [
    'publicUrl is the target URL of the app, with its query.',
    'Up to 100 events in one request; each is an event of its own.',
    "The key is the app's client secret. The older X-HubSpot-Signature is a plain hash and " +
      'never read.',
    'Up to ten more tries within 24 hours.',
  ],
  samples: [
    {
      type: 'contact.creation',
      body: [
        {
          eventId: 100,
          subscriptionId: 4_711,
          portalId: 62_515,
          occurredAt: 1_700_000_000_000,
          subscriptionType: 'contact.creation',
          attemptNumber: 0,
          objectId: 123,
          changeSource: 'CRM',
        },
      ],
    },
  ],
})

/**
 * The escapes that HubSpot signs decoded; all others stand in the signed URL as they were written.
 */
const decodedEscapes = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi

function decodeReserved(url: string): string {
  return url.replace(decodedEscapes, (escaped) => decodeURIComponent(escaped))
}
