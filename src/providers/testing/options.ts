/** What some providers need beyond their declaration to be tested. Most are not here. */
import { createHash } from 'node:crypto'
import { hmac } from '../../signing/hmac.ts'
import { googleKeys, leafOf, network, plaidKeys, rootOf } from './network.ts'
import type { SubjectOptions } from './subject.ts'

/** What is registered with providers that sign the URL, with what a URL can hold. */
export const publicUrl = "https://hooks.example.com/in/a%3Ab?x=1&y=it's"

const withUrl = { settings: { publicUrl } }

export const subjectOptions: Readonly<Record<string, SubjectOptions>> = {
  'apple-app-store': {
    settings: ({ signingSecret }) => ({
      bundleId: 'com.example.app',
      appAppleId: 1_234,
      trustedRoots: [rootOf(signingSecret)],
    }),
  },
  'aws-sns': {
    fetch: ({ signingSecret }) =>
      network({
        'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-hookline.pem':
          leafOf(signingSecret),
      }),
  },
  bitbucket: { downgrades: sha1Downgrades('X-Hub-Signature') },
  github: { downgrades: sha1Downgrades('X-Hub-Signature-256') },
  braintree: { settings: { publicKey: 'n4mqwjzq9mtzz9wz' } },
  'google-pubsub': {
    settings: {
      audience: 'https://hooks.example.com/pubsub',
      serviceAccountEmail: 'push@hookline.iam.gserviceaccount.com',
    },
    fetch: ({ signingSecret }) =>
      network({ 'https://www.googleapis.com/oauth2/v3/certs': googleKeys(signingSecret) }),
  },
  hubspot: {
    ...withUrl,
    downgrades: (body, secret, now) => {
      const plain = (parts: string) =>
        createHash('sha256')
          .update(secret + parts)
          .digest('hex')
      const time = String(now * 1000)
      return [plain(`${body}`), plain(`POST${publicUrl}${body}`)].flatMap((hash) => [
        [['X-HubSpot-Signature', hash]],
        [
          ['X-HubSpot-Signature-v3', hash],
          ['X-HubSpot-Request-Timestamp', time],
        ],
      ])
    },
  },
  meta: { downgrades: sha1Downgrades('X-Hub-Signature-256') },
  paypal: {
    settings: ({ signingSecret }) => ({ trustedRoots: [rootOf(signingSecret)] }),
    fetch: ({ signingSecret }) =>
      network({
        'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-hookline':
          leafOf(signingSecret),
      }),
  },
  plaid: {
    settings: { clientId: 'client', clientSecret: 'a secret of the API' },
    fetch: ({ signingSecret }) =>
      network({
        'https://sandbox.plaid.com/webhook_verification_key/get': plaidKeys(signingSecret),
      }),
  },
  square: {
    ...withUrl,
    downgrades: (body, secret) => {
      const sha1 = hmac('sha1', secret, [publicUrl, body]).toString('base64')
      return [[['X-Square-Signature', sha1]], [['x-square-hmacsha256-signature', sha1]]]
    },
  },
  standardwebhooks: {
    downgrades: (body, secret, now) => {
      const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
      const mac = hmac('sha256', key, [`msg_1.${now}.`, body]).toString('base64')
      return [`v0,${mac}`, `v1a,${mac}`, `v10,${mac}`, `v2,${mac}`, mac].map((signature) => [
        ['webhook-id', 'msg_1'],
        ['webhook-timestamp', String(now)],
        ['webhook-signature', signature],
      ])
    },
  },
  stripe: {
    downgrades: (body, secret, now) => {
      const mac = hmac('sha256', secret, [`${now}.`, body]).toString('hex')
      return [`t=${now},v0=${mac}`, `t=${now},V1=${mac}`, `t=${now},v1`, `v1=${mac}`, mac].map(
        (signature) => [['Stripe-Signature', signature]],
      )
    },
  },
  trello: withUrl,
  twilio: withUrl,
}

/** The older code, in the header that it had and in the one that is read. */
function sha1Downgrades(header: string): NonNullable<SubjectOptions['downgrades']> {
  return (body, secret) => {
    const sha1 = hmac('sha1', secret, [body]).toString('hex')
    return [
      [['X-Hub-Signature', `sha1=${sha1}`]],
      [[header, `sha1=${sha1}`]],
      [[header, `sha256=${sha1}`]],
    ]
  }
}
