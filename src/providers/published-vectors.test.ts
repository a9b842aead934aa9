/**
 * Requests with signatures that the companies themselves publish, as data, each with where it
 * stands.
 */
import { describe, expect, test } from 'vitest'
import { providers } from './index.ts'
import type { ProviderSettings, SourceProvider } from './provider.ts'

interface Vector {
  readonly provider: SourceProvider
  readonly source: string
  readonly secret: string
  /** Unix seconds. */
  readonly now?: number
  readonly settings?: ProviderSettings
  readonly url?: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

const twilioUrl = 'https://mycompany.com/myapp.php?foo=1&bar=2'
const twilioBodyHash = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620'
const twilioJson = '{"property": "value", "boolean": true}'
const twilioForm =
  'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234' +
  '&From=%2B14158675309&To=%2B18005551212'

function twilioVector(vector: {
  title: string
  publicUrl?: string
  url?: string
  signature: string
  body: string
}): Vector {
  const { title, publicUrl = twilioUrl, signature, ...request } = vector
  return {
    provider: providers.twilio,
    source: `https://github.com/twilio/twilio-python, test_request_validator.py: ${title}`,
    secret: '12345',
    settings: { publicUrl },
    headers: [['X-Twilio-Signature', signature]],
    ...request,
  }
}

const vectors: readonly Vector[] = [
  {
    provider: providers.github,
    source: 'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries',
    secret: "It's a Secret to Everybody",
    headers: [
      [
        'X-Hub-Signature-256',
        'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
      ],
    ],
    body: 'Hello, World!',
  },
  {
    provider: providers.slack,
    source: 'https://docs.slack.dev/authentication/verifying-requests-from-slack/',
    secret: '8f742231b10e8888abcd99yyyzzz85a5',
    now: 1_531_420_618,
    headers: [
      ['X-Slack-Request-Timestamp', '1531420618'],
      ['X-Slack-Signature', 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'],
    ],
    body:
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow' +
      '&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner' +
      '&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands' +
      '%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
      '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  },
  {
    provider: providers.square,
    source: 'https://developer.squareup.com/docs/webhooks/step3validate',
    secret: 'asdf1234',
    settings: { publicUrl: 'https://example.com/webhook' },
    headers: [['x-square-hmacsha256-signature', '2kRE5qRU2tR+tBGlDwMEw2avJ7QM4ikPYD/PJ3bd9Og=']],
    body: '{"hello":"world"}',
  },
  {
    provider: providers.twilio,
    source: 'https://www.twilio.com/docs/usage/security',
    secret: '12345',
    settings: { publicUrl: 'https://example.com/myapp.php?foo=1&bar=2' },
    headers: [['X-Twilio-Signature', 'L/OH5YylLD5NRKLltdqwSvS0BnU=']],
    body:
      'CallSid=CA1234567890ABCDE&Caller=%2B14158675310&Digits=1234' +
      '&From=%2B14158675310&To=%2B18005551212',
  },
  twilioVector({
    title: 'a form',
    signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
    body: twilioForm,
  }),
  twilioVector({
    title: 'the port 443 added',
    signature: 'kvajT1Ptam85bY51eRf/AJRuM3w=',
    body: twilioForm,
  }),
  twilioVector({
    title: 'another port removed',
    publicUrl: twilioUrl.replace('.com', '.com:1234'),
    signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
    body: twilioForm,
  }),
  twilioVector({
    title: 'a port that is signed',
    publicUrl: twilioUrl.replace('.com', '.com:1234').replace('https', 'http'),
    signature: 'Zmvh+3yNM1Phv2jhDCwEM3q5ebU=',
    body: twilioForm,
  }),
  twilioVector({
    title: 'a name with several values',
    signature: 'IK+Dwps556ElfBT0I3Rgjkr1wJU=',
    body: 'Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234',
  }),
  twilioVector({
    title: 'a JSON body',
    url: `${twilioUrl}&bodySHA256=${twilioBodyHash}`,
    signature: 'a9nBmqA0ju/hNViExpshrM61xv4=',
    body: twilioJson,
  }),
  twilioVector({
    title: 'a JSON body and no other query',
    publicUrl: 'https://mycompany.com/myapp.php',
    url: `/webhooks/twilio?bodySHA256=${twilioBodyHash}`,
    signature: 'y77kIzt2vzLz71DgmJGsen2scGs=',
    body: twilioJson,
  }),
]

describe.each(vectors)('$source', (vector) => {
  const verify = (body: string) =>
    vector.provider.verify(
      {
        method: 'POST',
        url: vector.url ?? '/',
        headers: vector.headers,
        body: Buffer.from(body),
      },
      {
        secrets: [vector.secret],
        now: vector.now ?? 1_700_000_000,
        ...(vector.settings && { settings: vector.settings }),
      },
    )

  test('is accepted as it is published', async () => {
    expect(await verify(vector.body)).toMatchObject({ ok: true, bodyAuthenticated: true })
  })

  test('is refused with another body', async () => {
    expect(await verify(vector.body.replace(/[ei1]/, '2'))).toMatchObject({ ok: false })
  })
})
