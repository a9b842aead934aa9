/** Resend's API, with which mail is sent. */
import type { ApiDeclaration } from './declaration.ts'

/** A key that may only send is refused by the probe with 401, like a wrong one. */
export const resendApi: ApiDeclaration = {
  name: 'resend',
  title: 'Resend',
  docsUrl: 'https://resend.com/docs/api-reference',
  baseUrl: 'https://api.resend.com',
  keyNames: ['RESEND_API_KEY'],
  auth: { kind: 'bearer' },
  responseHeaders: ['ratelimit-*'],
  idempotencyHeader: 'idempotency-key',
  probe: { path: '/domains', good: [200] },
}
