import { decodeUtf8 } from '../base/bytes.ts'
import { type Json, parseJson } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { parseForm } from './form.ts'
import { forModes } from './key-shape.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'
import { unsignedId } from './schemes/unsigned-id.ts'

export const mollie = defineProvider<JsonEvents<{ id: string; resource?: string; type?: string }>>({
  name: 'mollie',
  title: 'Mollie',
  docsUrl: 'https://docs.mollie.com/reference/webhooks-new',
  secretNames: ['MOLLIE_WEBHOOK_SECRET', 'MOLLIE_SIGNING_SECRET'],
  keys: [
    ...forModes(
      { test: 'test_', live: 'live_' },
      {
        name: 'API key',
        kind: 'api-key',
        rest: '(?![0-9a-f]{27}(?![A-Za-z0-9]))[A-Za-z0-9]{30,50}',
        isBeginningShared: true,
      },
    ),
  ],
  scheme: {
    'next-gen': mac({
      header: 'X-Mollie-Signature',
      format: 'sha256={signature}',
      repeatable: true,
      signed: '{body}',
      digest: 'sha256',
      encoding: 'hex',
    }),
    classic: unsignedId({
      field: 'id',
      id: /^[a-z]{2,12}_[A-Za-z0-9]{1,64}(\.[A-Za-z0-9]{1,64})?$/,
    }),
  },
  settings: ['scheme'],
  event: {
    id: { first: ['signed:id', 'body:id'] },
    type: { first: ['body:type', 'body:resource'] },
    occurredAt: { at: 'body:createdAt', unit: 'iso' },
  },
  parse: parseMollie,
  notes: [
    'While a secret is changed, the header is sent twice for 24 hours; any of the two may match.',
    'The classic webhook is not signed and says only which object changed: anybody can send ' +
      'one. Fetch the object with the API key in the handler, and believe only what that says. ' +
      'It has no secret.',
    'A classic webhook comes with the same id at every change. Two within one second are one ' +
      'event; later ones, and its own retries, are events of their own.',
    'Ten more tries within 26 hours. Unknown ids are answered with 200 too, as it asks for.',
  ],
  samples: [
    {
      type: 'payment-link.paid',
      scheme: 'next-gen',
      body: {
        resource: 'event',
        id: 'event_GvJ8WHrp5isUdRub9CJyH',
        type: 'payment-link.paid',
        entityId: 'pl_qng5gbbv8NAZ5gpM5ZYgx',
        createdAt: '2023-11-14T22:13:20.0Z',
      },
    },
    { type: 'payment', scheme: 'classic', body: 'id=tr_7UhSN1zuXS' },
  ],
})

/** What Mollie calls the resource, by the prefix of its ids. */
const resources: Readonly<Record<string, string>> = {
  tr: 'payment',
  ord: 'order',
  pl: 'payment-link',
  re: 'refund',
  cap: 'capture',
  chb: 'chargeback',
  sub: 'subscription',
  stl: 'settlement',
  mdt: 'mandate',
  cst: 'customer',
  inv: 'invoice',
}

/** Of a classic webhook the payload is what a handler needs to fetch: `{ id, resource }`. */
function parseMollie(body: Uint8Array): Json | undefined {
  const text = decodeUtf8(body)
  if (text === undefined) return undefined
  const form = parseForm(text)
  if (typeof form?.id !== 'string') return parseJson(text)
  const prefix = form.id.slice(0, form.id.indexOf('_'))
  const resource = Object.hasOwn(resources, prefix) ? resources[prefix] : undefined
  return resource === undefined ? form : { ...form, resource }
}
