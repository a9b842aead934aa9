/**
 * Requests with signatures that the companies themselves publish, as data, each with where it
 * stands.
 */
import { createHash } from 'node:crypto'
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

const paddleTests =
  'https://github.com/PaddleHQ/paddle-node-sdk, src/__tests__/notifications/webhooks-validator'
const paddleSignature = 'h1=28981e941fae76e53db32f3d2a83cb69db41476595e84e1970a1b5d98f62b261'

/** The same message in Standard Webhooks' specification and in what Svix documents. */
const standardMessage = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  now: 1_614_265_330,
  body: '{"test": 2432232314}',
}

function standardVector(vector: {
  provider: SourceProvider
  source: string
  prefix: string
  secret: string
  signature: string
}): Vector {
  const { prefix, signature, ...rest } = vector
  const { id, now, body } = standardMessage
  const headers = [
    [`${prefix}-id`, id],
    [`${prefix}-timestamp`, String(now)],
    [`${prefix}-signature`, signature],
  ] as const
  return { ...rest, now, body, headers }
}

const hubspotSecret = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy'
const hubspotUrl = 'https://www.example.com/webhook_uri'

const vectors: readonly Vector[] = [
  {
    provider: providers.paddle,
    source: `${paddleTests}: a valid signature`,
    secret: 'VALID_SECRET',
    now: 1_698_796_800,
    headers: [
      [
        'Paddle-Signature',
        'ts=1698796800;h1=a300428748dce5c70e4da19bffd60769591ea969c99dea3105d0ec9612cf43f9',
      ],
    ],
    body: '{"data": ["1", "2"]}',
  },
  {
    provider: providers.paddle,
    source: `${paddleTests}: several signatures`,
    secret: 'VALID_SECRET',
    now: 1_698_796_800,
    headers: [
      ['Paddle-Signature', `ts=1698796800;${paddleSignature};${paddleSignature};h2=RANDOM_HASH`],
    ],
    body: '{"data": "value"}',
  },
  // HubSpot's documentation and its other packages publish none of version 3 with a fixed time.
  {
    provider: providers.hubspot,
    source: 'https://github.com/HubSpot/hubspot-api-python, tests/spec/utils/test_signature.py',
    secret: hubspotSecret,
    now: 15_000,
    settings: { publicUrl: hubspotUrl },
    headers: [
      ['X-HubSpot-Request-Timestamp', '15000000'],
      ['X-HubSpot-Signature-v3', 'HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw='],
    ],
    body: "{'example_field':'example_value'}",
  },
  standardVector({
    provider: providers.standardwebhooks,
    source: 'https://github.com/standard-webhooks/standard-webhooks, libraries',
    prefix: 'webhook',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  }),
  standardVector({
    provider: providers.standardwebhooks,
    source: 'https://github.com/svix/svix-webhooks, server/svix-server: a key pair',
    prefix: 'webhook',
    secret: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
    signature:
      'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+' +
      'm7TBAg==',
  }),
  standardVector({
    provider: providers.svix,
    source: 'https://docs.svix.com/receiving/verifying-payloads/how-manual',
    prefix: 'svix',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    signature:
      'v1,bm9ldHUjKzFob2VudXRob2VodWUzMjRvdWVvdW9ldQo= ' +
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  }),
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

/** Well signed, in ways that HubSpot still has beside version 3: plain hashes, without a time. */
const hubspotOlder = [
  {
    version: 'v1',
    signature: '232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de',
    body:
      '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,' +
      '"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,' +
      '"changeSource":"CRM","changeFlag":"NEW","appId":54321}]',
    signed: (body: string) => hubspotSecret + body,
  },
  {
    version: 'v2',
    signature: '9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900',
    body: '{"example_field":"example_value"}',
    signed: (body: string) => `${hubspotSecret}POST${hubspotUrl}${body}`,
  },
]

test.each(hubspotOlder)(
  'HubSpot $version, as its documentation publishes it, is refused',
  async ({ version, signature, body, signed }) => {
    expect(createHash('sha256').update(signed(body)).digest('hex')).toBe(signature)
    const headers = [
      ['X-HubSpot-Signature', signature],
      ['X-HubSpot-Signature-Version', version],
    ] as const
    const request = { method: 'POST', url: hubspotUrl, headers, body: Buffer.from(body) }
    const settings = { publicUrl: hubspotUrl }
    const outcome = await providers.hubspot.verify(request, {
      secrets: [hubspotSecret],
      now: 1_564_113_600,
      settings,
    })
    expect(outcome).toEqual({ ok: false, reason: 'signature_missing' })
  },
)
