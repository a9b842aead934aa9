import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { parseJsonOrForm, signedToken } from './schemes/signed-token.ts'

export const mailgun = defineProvider<
  JsonEvents<{ 'event-data': { event: string; id: string; timestamp: number } & JsonObject }>
>({
  name: 'mailgun',
  title: 'Mailgun',
  docsUrl: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
  secretNames: ['MAILGUN_WEBHOOK_SIGNING_KEY'],
  keys: [
    { name: 'API key', kind: 'api-key', begins: 'key-', rest: '[0-9a-f]{32}' },
    { name: 'public key', kind: 'publishable-key', begins: 'pubkey-', rest: '[0-9a-f]{32}' },
    {
      name: 'API key',
      kind: 'api-key',
      begins: '',
      rest: '[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}',
      names: ['MAILGUN_API_KEY'],
    },
  ],
  scheme: signedToken({
    member: 'signature',
    signatures: ['signature', 'parent-signature'],
    toleranceSeconds: 43_200,
    futureToleranceSeconds: 300,
  }),
  event: {
    id: { first: ['body:event-data.id', 'body:signature.token', 'body:token'] },
    type: { first: ['body:event-data.event', 'body:event'] },
    occurredAt: { at: 'body:event-data.timestamp', unit: 's' },
  },
  parse: parseJsonOrForm,
  retryAfterSeconds: [600, 600, 900, 1_800, 3_600, 7_200, 14_400],
  notes: [
    'Only the time and the token are signed, not the event: it proves that Mailgun called once, ' +
      'not what the body says. Ask its API before anything is decided by it.',
    'An event of a subaccount is also signed with the key of the parent account; either may match.',
    'Mailgun only says that the time should not be too far away. It repeats for eight hours, and ' +
      'whether a repeat is signed anew is not published: a signed time may be twelve hours old.',
    'Posts of before 2018 and of routes, as forms, are read too; those with attachments are not.',
  ],
  samples: [
    {
      type: 'delivered',
      body: {
        'event-data': {
          id: 'CPgfbmQMTCKtHW6uIWtuVe',
          event: 'delivered',
          timestamp: 1_700_000_000.123,
          'log-level': 'info',
          recipient: 'ada@example.com',
          message: { headers: { 'message-id': '20231114221320.1.AB@mg.example.com' } },
        },
      },
    },
    {
      type: 'opened',
      body: {
        'event-data': {
          id: 'Ase7i2zsRYeDXztHGENqRA',
          event: 'opened',
          timestamp: 1_700_000_000.5,
          recipient: 'ada@example.com',
        },
      },
    },
  ],
})
