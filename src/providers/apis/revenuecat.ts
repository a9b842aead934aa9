/** RevenueCat's API, with a secret key of its second version. */
import type { ApiDeclaration } from './declaration.ts'

export const revenuecatApi: ApiDeclaration = {
  name: 'revenuecat',
  title: 'RevenueCat',
  docsUrl: 'https://www.revenuecat.com/docs/api-v2',
  baseUrl: 'https://api.revenuecat.com',
  keyNames: ['REVENUECAT_API_KEY', 'REVENUECAT_SECRET_KEY'],
  auth: { kind: 'bearer' },
  responseHeaders: ['revenuecat-rate-limit-*'],
  retryAfterUnit: 'ms',
  probe: { path: '/v2/projects', good: [200] },
}
