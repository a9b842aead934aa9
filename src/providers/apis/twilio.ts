/** Twilio's API: the account's id is the user name, its token the password. */
import type { ApiDeclaration } from './declaration.ts'

export const twilioApi: ApiDeclaration = {
  name: 'twilio',
  title: 'Twilio',
  docsUrl: 'https://www.twilio.com/docs/usage/api',
  baseUrl: 'https://api.twilio.com',
  keyNames: ['TWILIO_AUTH_TOKEN'],
  auth: { kind: 'basic', userNames: ['TWILIO_ACCOUNT_SID'] },
  responseHeaders: ['twilio-request-id', 'twilio-concurrent-requests'],
  probe: { path: '/2010-04-01/Accounts.json', good: [200] },
}
