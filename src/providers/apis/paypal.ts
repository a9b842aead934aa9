/** PayPal's API: the client's id and secret are exchanged for a token that lasts for hours. */
import type { ApiDeclaration } from './declaration.ts'

export const paypalApi: ApiDeclaration = {
  name: 'paypal',
  title: 'PayPal',
  docsUrl: 'https://developer.paypal.com/api/rest/',
  baseUrl: { test: 'https://api-m.sandbox.paypal.com', live: 'https://api-m.paypal.com' },
  keyNames: ['PAYPAL_CLIENT_SECRET'],
  auth: {
    kind: 'client-credentials',
    tokenPath: '/v1/oauth2/token',
    userNames: ['PAYPAL_CLIENT_ID'],
  },
  requestHeaders: ['prefer'],
  responseHeaders: ['paypal-debug-id'],
  idempotencyHeader: 'paypal-request-id',
  probe: { path: '/v1/notifications/webhooks-event-types', good: [200] },
}
