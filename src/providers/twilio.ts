import { decodeUtf8 } from '../base/bytes.ts'
import { type Json, parseJson } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { parseForm } from './form.ts'
import { formMac } from './schemes/form-mac.ts'

export const twilio = defineProvider({
  name: 'twilio',
  title: 'Twilio',
  docsUrl: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
  secretNames: ['TWILIO_AUTH_TOKEN'],
  keys: [
    { name: 'account SID', kind: 'account-id', begins: 'AC', rest: '[0-9a-f]{32}' },
    { name: 'API key SID', kind: 'account-id', begins: 'SK', rest: '[0-9a-f]{32}' },
    {
      name: 'auth token',
      kind: 'api-key',
      begins: '',
      rest: '[0-9a-f]{32}',
      names: ['TWILIO_AUTH_TOKEN', 'TWILIO_TOKEN'],
    },
    {
      name: 'API key secret',
      kind: 'api-key',
      begins: '',
      rest: '[A-Za-z0-9]{32}',
      names: ['TWILIO_API_SECRET', 'TWILIO_API_KEY_SECRET'],
    },
  ],
  scheme: formMac({
    header: 'X-Twilio-Signature',
    digest: 'sha1',
    encoding: 'base64',
    bodyDigestParameter: 'bodySHA256',
  }),
  settings: ['publicUrl'],
  requiredSettings: ['publicUrl'],
  event: {
    id: {
      first: [
        { join: ['body:MessageSid', 'body:MessageStatus'] },
        { join: ['body:MessageSid', 'body:SmsStatus'] },
        'header:I-Twilio-Idempotency-Token',
      ],
    },
    type: {
      first: [
        'body:EventType',
        'body:StatusCallbackEvent',
        'body:MessageStatus',
        'body:SmsStatus',
        'body:CallStatus',
      ],
    },
  },
  parse: parseTwilio,
  // It takes the body of the answer for instructions.
  reply: {
    accepted: { status: 200, headers: { 'content-type': 'text/xml' }, body: '<Response/>' },
  },
  retryAfterSeconds: [],
  notes: [
    'publicUrl is the URL as it is set at Twilio, with its query. Each URL is a source of its own.',
    'Its signature has no time: a request that was seen once can be sent again, and is then a ' +
      'repeat.',
    'It tries again only where the URL asks for that (`#rc=2`). That part of the URL is not ' +
      'signed.',
    'A message is known by its id and status, all else by I-Twilio-Idempotency-Token, which is ' +
      'not signed.',
    'Between the names and values of a form the signature marks no border.',
  ],
  samples: [
    {
      type: 'delivered',
      body:
        'AccountSid=AC0000000000000000000000000000000a&From=%2B15005550006&To=%2B16505551234' +
        '&MessageSid=SM0000000000000000000000000000000b&MessageStatus=delivered',
    },
    {
      type: 'received',
      body:
        'AccountSid=AC0000000000000000000000000000000a&Body=Hello+there%21&From=%2B16505551234' +
        '&MessageSid=SM0000000000000000000000000000000c&NumMedia=0&SmsStatus=received',
    },
  ],
})

function parseTwilio(body: Uint8Array): Json | undefined {
  const text = decodeUtf8(body)
  return text === undefined ? undefined : (parseForm(text) ?? parseJson(text))
}
