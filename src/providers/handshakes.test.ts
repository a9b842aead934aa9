import { AwsLambdaReceiver } from '@zoom/rivet/meetings'
import { describe, expect, test, vi } from 'vitest'
import { hmac } from '../signing/hmac.ts'
import { providers } from './index.ts'
import type { ProviderReply, SourceProvider, VerifyContext, WebhookRequest } from './provider.ts'

const now = 1_700_000_000
const secret = 'a secret of some length'
const context: VerifyContext = { secrets: ['another', secret], now }
const plain = { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' }

function get(url: string, method = 'GET'): WebhookRequest {
  return { method, url, headers: [], body: Buffer.alloc(0) }
}

function answer(provider: SourceProvider, request: WebhookRequest, changes = {}) {
  const { handshake } = provider
  if (!handshake) throw new Error(`${provider.name} must have a handshake.`)
  return handshake(request, { ...context, ...changes })
}

interface SignedCase {
  readonly provider: SourceProvider
  readonly body: object
  readonly reply: ProviderReply
  /** As its messages of any other kind are. */
  readonly other: object
  readonly headers?: readonly (readonly [string, string])[]
}

const plainToken = 'qgg8vlvZRS6UYooatFL8Aw'
const encryptedToken = hmac('sha256', secret, [plainToken]).toString('hex')

const signedCases: readonly SignedCase[] = [
  {
    provider: providers.slack,
    body: { type: 'url_verification', token: 't', challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY' },
    reply: { status: 200, headers: plain, body: '3eZbrw1aBm2rZgRNFdxV2595E9CY' },
    other: { type: 'event_callback', challenge: 'c', event: { text: 'url_verification' } },
  },
  {
    provider: providers.twitch,
    body: { challenge: 'pogchamp-kappa-360noscope', subscription: { status: 'pending' } },
    reply: { status: 200, headers: plain, body: 'pogchamp-kappa-360noscope' },
    other: { subscription: { status: 'enabled' }, event: { challenge: 'c' } },
    headers: [['Twitch-Eventsub-Message-Type', 'webhook_callback_verification']],
  },
  {
    provider: providers.zoom,
    body: { event: 'endpoint.url_validation', payload: { plainToken }, event_ts: now * 1000 },
    reply: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ plainToken, encryptedToken }),
    },
    other: { event: 'meeting.started', payload: { plainToken, was: 'endpoint.url_validation' } },
  },
]

describe.each(signedCases)('the challenge of $provider.name', (one) => {
  const { provider, reply, headers: more = [] } = one
  const signed = (body: object | string, by = secret) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const request = provider.request(Buffer.from(text), { secret: by, now })
    return { ...request, headers: [...request.headers, ...more] }
  }
  const challenge = signed(one.body)

  test('is answered where its signature matches', async () => {
    expect(await answer(provider, challenge)).toEqual(reply)
  })

  test('is not answered unsigned, changed, too late or without its secret', async () => {
    const body = Buffer.from(`${Buffer.from(challenge.body)} `)
    expect(await answer(provider, { ...challenge, headers: more })).toBeNull()
    expect(await answer(provider, signed(one.body, 'a wrong secret'))).toBeNull()
    expect(await answer(provider, { ...challenge, body })).toBeNull()
    expect(await answer(provider, challenge, { now: now + 86_400 })).toBeNull()
    expect(await answer(provider, challenge, { secrets: [] })).toBeNull()
    expect(await answer(provider, challenge, { secrets: ['', ' '] })).toBeNull()
  })

  test('is none in another message, another method, other bytes or at a great length', async () => {
    const long = JSON.stringify({ ...one.body, more: 'x'.repeat(10_000) })
    expect(await answer(provider, signed(one.other))).toBeNull()
    expect(await answer(provider, { ...challenge, method: 'GET' })).toBeNull()
    expect(await answer(provider, signed(`${JSON.stringify(one.body)},`))).toBeNull()
    expect(await answer(provider, signed(long))).toBeNull()
  })

  test('is verified as any other request, too', async () => {
    expect(await provider.verify(challenge, context)).toMatchObject({ ok: true, secretIndex: 1 })
  })
})

describe('the challenge of Zoom', () => {
  const challengeWith = (token: unknown) => {
    const body = { event: 'endpoint.url_validation', payload: { plainToken: token } }
    return providers.zoom.request(Buffer.from(JSON.stringify(body)), { secret, now })
  }

  test('gets nothing signed that could be taken for a request', async () => {
    for (const token of [`v0:${now}:{"event":"meeting.ended"}`, '', 7, null, 'x'.repeat(300)]) {
      expect(await answer(providers.zoom, challengeWith(token))).toBeNull()
    }
  })

  test('is answered as its own package does, which also accepts what is signed here', async () => {
    const quiet = vi.spyOn(console, 'debug').mockReturnValue()
    try {
      const lambda = new AwsLambdaReceiver({ webhooksSecretToken: secret }).start()
      const ask = async (request: WebhookRequest) =>
        (await lambda(lambdaEvent(request), lambdaContext)) as { statusCode: number; body: string }
      const ours = await answer(providers.zoom, challengeWith(plainToken))
      const theirs = await ask(challengeWith(plainToken))
      expect(JSON.parse(theirs.body)).toEqual(JSON.parse(ours?.body ?? ''))
      const [sample] = providers.zoom.declaration.samples
      const body = Buffer.from(JSON.stringify(sample?.body))
      const event = providers.zoom.request(body, { secret, now })
      expect(await ask(event)).toMatchObject({ statusCode: 200 })
      const wrong = providers.zoom.request(body, { secret: 'wrong', now })
      expect(await ask(wrong)).toMatchObject({ statusCode: 400 })
    } finally {
      quiet.mockRestore()
    }
  })
})

type LambdaHandler = ReturnType<AwsLambdaReceiver['start']>
const lambdaContext = {} as Parameters<LambdaHandler>[1] // it is only logged

function lambdaEvent({ headers, body }: WebhookRequest): Parameters<LambdaHandler>[0] {
  return {
    headers: Object.fromEntries(headers),
    body: Buffer.from(body).toString(),
    isBase64Encoded: false,
  } as Parameters<LambdaHandler>[0] // the rest of the event is not looked at
}

describe('the verify token of Meta', () => {
  const settings = { verifyToken: 'tok en+1' }
  const query = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=tok%20en%2B1'
  const ask = (url: string, changes: object = { settings }) =>
    answer(providers.meta, get(url), changes)

  test('gets the challenge back, as text, without any secret', async () => {
    const reply = { status: 200, headers: plain, body: '1158201444' }
    expect(await ask(`/webhooks/meta?${query}`)).toEqual(reply)
    expect(await ask(`https://a.example/b?${query}#c`, { settings, secrets: [] })).toEqual(reply)
  })

  test.each([
    ['another token', query.replace('%2B1', '%2B2')],
    ['no token', query.replace(/&hub.verify_token=.*/, '')],
    ['an empty token', query.replace(/token=.*/, 'token=')],
    ['two tokens', `${query}&hub.verify_token=x`],
    ['another mode', query.replace('subscribe', 'unsubscribe')],
    ['no mode', query.replace('hub.mode=subscribe&', '')],
    ['no challenge', query.replace('hub.challenge=1158201444&', '')],
    ['two challenges', `${query}&hub.challenge=2`],
    ['a challenge of a page', query.replace('1158201444', 'x'.repeat(2_000))],
    ['nothing', ''],
  ])('is not answered with %s', async (_title, wrong) => {
    expect(await ask(`/webhooks/meta?${wrong}`)).toBeNull()
  })

  test('is not answered where none is set, nor on a POST', async () => {
    for (const verifyToken of ['', ' ']) {
      const empty = `/?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${verifyToken}`
      expect(await ask(empty, { settings: { verifyToken } })).toBeNull()
    }
    expect(await ask(`/?${query}`, { settings: {} })).toBeNull()
    expect(await answer(providers.meta, get(`/?${query}`, 'POST'), { settings })).toBeNull()
  })
})

test.each([providers.trello, providers.intercom])(
  '$name asks with HEAD, and gets nothing but 200',
  async (provider) => {
    expect(await answer(provider, get('/', 'HEAD'))).toEqual({ status: 200 })
    expect(await answer(provider, get('/'))).toBeNull()
    expect(await answer(provider, get('/', 'POST'))).toBeNull()
  },
)
