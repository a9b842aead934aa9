import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { fetchedCertificate } from './schemes/fetched-certificate.ts'

export const paypal = defineProvider<
  JsonEvents<{ id: string; event_type: string; resource: JsonObject }>
>({
  name: 'paypal',
  title: 'PayPal',
  docsUrl: 'https://developer.paypal.com/api/rest/webhooks/rest/',
  secretNames: ['PAYPAL_WEBHOOK_ID'],
  scheme: fetchedCertificate({
    headers: {
      id: 'PAYPAL-TRANSMISSION-ID',
      time: 'PAYPAL-TRANSMISSION-TIME',
      signature: 'PAYPAL-TRANSMISSION-SIG',
      certificateUrl: 'PAYPAL-CERT-URL',
      algorithm: 'PAYPAL-AUTH-ALGO',
    },
    algorithm: 'SHA256withRSA',
    hosts: [
      'api.paypal.com',
      'api.sandbox.paypal.com',
      'api-m.paypal.com',
      'api-m.sandbox.paypal.com',
    ],
    commonNames: [
      'messageverificationcerts.paypal.com',
      'messageverificationcerts.sandbox.paypal.com',
    ],
    issuerHosts: ['cacerts.digicert.com'],
    signingUrl: 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-hookline',
    toleranceSeconds: 345_600,
    futureToleranceSeconds: 300,
  }),
  settings: ['trustedRoots'],
  event: {
    id: 'body:id',
    type: 'body:event_type',
    occurredAt: { at: 'body:create_time', unit: 'iso' },
  },
  notes: [
    'The secret is the webhook id: it is no secret, but without it any delivery of PayPal would ' +
      'verify.',
    'Only the CRC-32 of the body is signed, and a second body with the same one is found at ' +
      'once: whoever saw one delivery can write another. Fetch the resource from PayPal before ' +
      'anything is given for it.',
    'PayPal documents no tolerance and tries up to 25 times in three days, whose signature may ' +
      'be the first one: a signed time may be four days old. The delays between its attempts are ' +
      'not published.',
    'The names of its hosts and of its certificate are those of its older SDKs; it publishes no ' +
      'list.',
    'trustedRoots replaces the roots of the public web; a certificate between may be named there ' +
      'as well.',
  ],
  samples: [
    {
      type: 'PAYMENT.CAPTURE.COMPLETED',
      id: '69cd13f0-d67a-11e5-baa3-778b53f4ae55',
      body: {
        id: 'WH-58D329510W468432D-8HN650336L201105X',
        event_version: '1.0',
        create_time: '2023-11-14T22:13:20.000Z',
        resource_type: 'capture',
        resource_version: '2.0',
        event_type: 'PAYMENT.CAPTURE.COMPLETED',
        summary: 'Payment completed for $ 9.99 USD',
        resource: {
          id: '42311647XV020574X',
          status: 'COMPLETED',
          amount: { currency_code: 'USD', value: '9.99' },
        },
      },
    },
  ],
})
