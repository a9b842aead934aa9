import { defineProvider } from './define.ts'
import { mac } from './schemes/mac.ts'

export const docusign = defineProvider({
  name: 'docusign',
  title: 'DocuSign Connect',
  docsUrl: 'https://developers.docusign.com/platform/webhooks/connect/',
  secretNames: ['DOCUSIGN_WEBHOOK_SECRET', 'DOCUSIGN_HMAC_KEY'],
  scheme: mac({
    header: 'X-DocuSign-Signature',
    numbered: true,
    signed: '{body}',
    digest: 'sha256',
    encoding: 'base64',
  }),
  event: {
    id: { join: ['body:data.envelopeId', 'body:event', 'body:generatedDateTime'] },
    type: 'body:event',
    occurredAt: { at: 'body:generatedDateTime', unit: 'iso' },
  },
  notes: ['One header for each active key, numbered from 1; any of them may match.'],
  samples: [
    {
      type: 'envelope-completed',
      body: {
        event: 'envelope-completed',
        generatedDateTime: '2023-11-14T22:13:20.000Z',
        retryCount: 0,
        data: { accountId: 'acc_1', envelopeId: '0b6f3c1e-5b1c-4d8a-9f0e-2a4f6b7c8d9e' },
      },
    },
  ],
})
