import { defineProvider } from './define.ts'
import { mac } from './schemes/mac.ts'

export const zendesk = defineProvider({
  name: 'zendesk',
  title: 'Zendesk',
  docsUrl: 'https://developer.zendesk.com/documentation/webhooks/verifying/',
  secretNames: ['ZENDESK_WEBHOOK_SECRET', 'ZENDESK_WEBHOOK_SIGNING_SECRET'],
  scheme: mac({
    header: 'X-Zendesk-Webhook-Signature',
    signed: '{timestamp}{body}',
    digest: 'sha256',
    encoding: 'base64',
    timestampHeader: 'X-Zendesk-Webhook-Signature-Timestamp',
    timestampUnit: 'iso',
    toleranceSeconds: 900,
    futureToleranceSeconds: 300,
  }),
  event: {
    id: 'header:X-Zendesk-Webhook-Invocation-Id',
    type: 'body:type',
    occurredAt: { at: 'body:time', unit: 'iso' },
  },
  notes: [
    'It documents no tolerance. A quarter of an hour outlasts its retries, signed anew or not.',
    'The id is a header that the signature does not cover: the body of a trigger has no id of ' +
      'its own.',
    'Tests of a hook that is not yet created are signed with a secret that its documentation ' +
      'publishes; it is not accepted.',
  ],
  samples: [
    {
      type: 'zen:event-type:user.created',
      id: '01HF7Z0000HOOKLINE0000ZEND',
      body: {
        account_id: 123,
        id: 'e52e8a27-4c9a-4a5c-9a05-0f6b2a5f2f6c',
        type: 'zen:event-type:user.created',
        time: '2023-11-14T22:13:20.000Z',
        zendesk_event_version: '2022-06-20',
        subject: 'zen:user:1',
        detail: { id: '1', email: 'ada@example.com', role: 'end-user' },
      },
    },
  ],
})
