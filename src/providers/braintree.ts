import type { JsonObject } from '../base/json.ts'
import { parseNotification } from './braintree-xml.ts'
import type { Handshake } from './declaration.ts'
import { defineProvider } from './define.ts'
import { forModes } from './key-shape.ts'
import type { JsonEvents } from './provider.ts'
import { formCode, formPayload, signedForm } from './schemes/signed-form.ts'

const payloadField = 'bt_payload'
const challengeField = 'bt_challenge'
const challenge = /^[a-f0-9]{20,32}$/

/** What a notification is about, where that has an id. */
const subjects = [
  'subscription',
  'transaction',
  'dispute',
  'disbursement',
  'merchantAccount',
] as const

export const braintree = defineProvider<
  JsonEvents<{ kind: string; timestamp: string; subject: JsonObject }>
>({
  name: 'braintree',
  title: 'Braintree',
  docsUrl: 'https://developer.paypal.com/braintree/docs/guides/webhooks/parse',
  secretNames: ['BRAINTREE_PRIVATE_KEY'],
  keys: [
    ...forModes(
      { test: 'access_token$sandbox$', live: 'access_token$production$' },
      { name: 'access token', kind: 'api-key', rest: '[0-9a-z]{16}\\$[0-9a-f]{32}' },
    ),
  ],
  scheme: signedForm({ signatureField: 'bt_signature', payloadField, challenge }),
  settings: ['publicKey'],
  requiredSettings: ['publicKey'],
  event: {
    id: {
      join: [
        'body:kind',
        'body:timestamp',
        { first: subjects.map((subject) => `body:subject.${subject}.id` as const) },
      ],
    },
    type: 'body:kind',
    occurredAt: { at: 'body:timestamp', unit: 'iso' },
  },
  parse: (body) => {
    const bytes = formPayload(payloadField, body)
    return bytes && parseNotification(bytes)
  },
  handshake: answerChallenge,
  notes: [
    'The secret is the private key of the API, and settings.publicKey its public key.',
    "The payload is the XML of the notification as JSON, in the names of Braintree's own packages.",
    'The challenge of a new URL is not signed, and its answer proves the key: it is a code of 20 ' +
      'to 32 hexadecimal digits, which is therefore never taken as a payload.',
    'Events have no id: kind, time and the id of the subject stand for it, or else the bytes of ' +
      'the body.',
    'Repeated every hour, for three hours in the sandbox and for 24 in production.',
  ],
  samples: [
    {
      type: 'subscription_charged_successfully',
      body: `<notification>
  <timestamp type="datetime">2023-11-14T22:13:20Z</timestamp>
  <kind>subscription_charged_successfully</kind>
  <subject>
    <subscription>
      <id>sub_1</id>
      <status>Active</status>
      <price>9.99</price>
      <transactions type="array">
        <transaction><id>tx_1</id><amount>9.99</amount></transaction>
      </transactions>
    </subscription>
  </subject>
</notification>`,
    },
  ],
})

/** With the code of the challenge: that is how Braintree learns that the URL knows the key. */
function answerChallenge(...[{ method, url }, { secrets, settings }]: Parameters<Handshake>) {
  const query = new URLSearchParams(url.split('#', 1)[0]?.split('?').slice(1).join('?'))
  const [text, ...others] = query.getAll(challengeField)
  if (method !== 'GET' || text === undefined || others.length > 0) return null
  if (!settings?.publicKey || !challenge.test(text)) return null
  const code = secrets.map((secret) => formCode(secret, text)).find((one) => one !== undefined)
  if (!code) return null
  const headers = { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' }
  return { status: 200, headers, body: `${settings.publicKey}|${code}` }
}
