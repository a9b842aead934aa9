/** Calls of the server's own code: tried again where that does no harm, with tokens exchanged. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { api, openai, paypal, revenuecat, stripe, twilio } from '../../src/index.ts'
import { type CallApp, startCallApp } from './call-app.ts'
import { soon } from './soon.ts'
import { plainAnswer, startUpstream, type Upstream } from './upstream.ts'

const secret = 'secret-0123456789abcdef'
let upstream: Upstream
let started: CallApp

beforeAll(async () => {
  process.env.TWILIO_ACCOUNT_SID = 'AC0123'
  process.env.PAYPAL_CLIENT_ID = 'client-1'
  upstream = await startUpstream()
  const local = { key: secret, baseUrl: upstream.url, allowAddresses: ['127.0.0.1'] }
  const maps = { ...local, keyName: 'MAPS_KEY', baseUrl: `${upstream.url}/maps/` }
  const limits = { requestBytesMax: 100, firstByteMs: 5_000 }
  started = await startCallApp({
    apis: {
      openai: openai(local),
      stripe: stripe({ ...local, limits }),
      twilio: twilio(local),
      paypal: paypal({ ...local, allow: ['GET /v1/things'] }),
      revenuecat: revenuecat(local),
      maps: api({ ...maps, auth: { kind: 'query', parameter: 'key' }, allow: ['GET /geocode'] }),
      keyed: api({ ...maps, auth: { kind: 'header', header: 'x-key', prefix: 'Key ' } }),
      empty: api({ ...maps, key: '', keyName: 'HOOKLINE_TEST_UNSET' }),
    },
  })
})
afterAll(async () => {
  delete process.env.TWILIO_ACCOUNT_SID
  delete process.env.PAYPAL_CLIENT_ID
  await started.stop()
  await upstream.close()
})
beforeEach(() => {
  upstream.reached.length = 0
  upstream.answer = plainAnswer
})
afterEach(() => {
  expect(started.logged.join('\n')).not.toContain(secret)
})

/** Answers with these statuses, one after another, then with 200. */
function answers(...statuses: number[]): void {
  upstream.answer = (response, request) => {
    const status = statuses.shift()
    if (status === undefined) return plainAnswer(response, request)
    return response.writeHead(status, { 'retry-after': '0' }).end('{}')
  }
}

const post = { method: 'POST', body: 'a=1' }

describe('a call is tried again', () => {
  test.each([408, 429, 500, 502, 503, 504])('after %i', async (status) => {
    answers(status, status)
    expect((await started.app.call('openai', '/v1/models')).status).toBe(200)
    expect(upstream.reached).toHaveLength(3)
  })

  test('with the same idempotency key, made up where none is given', async () => {
    answers(503)
    expect((await started.app.call('stripe', '/v1/charges', post)).status).toBe(200)
    const sent = upstream.reached.map(({ headers }) => headers['idempotency-key'])
    expect(sent[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(sent[1]).toBe(sent[0])
    expect(upstream.reached.map(({ body }) => body.toString())).toEqual(['a=1', 'a=1'])
    await started.app.call('stripe', '/v1/charges', { ...post, idempotencyKey: 'order-1' })
    expect(upstream.reached[2]?.headers['idempotency-key']).toBe('order-1')
  })

  test('after an answer that broke off before it began', async () => {
    upstream.answer = (response) => {
      upstream.answer = plainAnswer
      response.destroy()
    }
    expect((await started.app.call('openai', '/v1/models')).status).toBe(200)
    expect(upstream.reached).toHaveLength(2)
  })

  test('as often as it is told, and then the last answer is given', async () => {
    answers(503, 503, 503, 503)
    expect((await started.app.call('openai', '/v1/models', { attempts: 2 })).status).toBe(503)
    expect(upstream.reached).toHaveLength(2)
  })
})

describe('a call is not tried again', () => {
  test.each([200, 201, 400, 401, 403, 404, 409, 422, 501])('after %i', async (status) => {
    answers(status)
    expect((await started.app.call('openai', '/v1/models')).status).toBe(status)
    expect(upstream.reached).toHaveLength(1)
  })

  test('that has an effect, where the API has no idempotency key', async () => {
    answers(503)
    expect((await started.app.call('openai', '/v1/files', post)).status).toBe(503)
    expect(upstream.reached).toHaveLength(1)
  })

  test('whose body is a stream', async () => {
    answers(503)
    const body = new Blob(['a=1']).stream()
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    expect((await started.app.call('stripe', '/v1/charges', init)).status).toBe(503)
    expect(upstream.reached.map((reached) => reached.body.toString())).toEqual(['a=1'])
  })

  test('when the API asks for a longer wait than a call may take', async () => {
    upstream.answer = (response) => response.writeHead(429, { 'retry-after': '3600' }).end()
    expect((await started.app.call('openai', '/v1/models')).status).toBe(429)
    expect(upstream.reached).toHaveLength(1)
  })

  test('when the API says that it would be the same again', async () => {
    upstream.answer = (response) =>
      response.writeHead(500, { 'stripe-should-retry': 'false' }).end()
    expect((await started.app.call('stripe', '/v1/charges', post)).status).toBe(500)
    expect(upstream.reached).toHaveLength(1)
  })

  test('when its caller has left', async () => {
    upstream.answer = () => {}
    const init = { signal: AbortSignal.timeout(100) }
    await expect(started.app.call('openai', '/v1/models', init)).rejects.toThrow()
    expect(upstream.reached).toHaveLength(1)
    await soon(() => upstream.left).toBeGreaterThan(0)
  })
})

test('a wait that a company counts in milliseconds is not taken for seconds', async () => {
  let isFirst = true
  upstream.answer = (response, request) => {
    if (!isFirst) return plainAnswer(response, request)
    isFirst = false
    return response.writeHead(429, { 'retry-after': '50' }).end()
  }
  expect((await started.app.call('revenuecat', '/v2/projects')).status).toBe(200)
})

test.each([
  ['over the limit', '/v1/charges', { ...post, body: 'a'.repeat(101) }, 'body_too_large'],
  ['that goes up', '/v1/../secrets', {}, 'call_path_invalid'],
  ['that is a URL', 'https://evil.test/', {}, 'call_path_invalid'],
])('a call %s is refused', async (_, path, init, code) => {
  await expect(started.app.call('stripe', path, init)).rejects.toMatchObject({ code })
  expect(upstream.reached).toEqual([])
})

describe('the key goes where the API wants it', () => {
  test('as the password of a user', async () => {
    await started.app.call('twilio', '/2010-04-01/Accounts.json')
    const pair = Buffer.from(`AC0123:${secret}`).toString('base64')
    expect(upstream.reached[0]?.headers.authorization).toBe(`Basic ${pair}`)
  })

  test('in a header of its own', async () => {
    await started.app.call('keyed', '/x', { headers: { 'x-key': 'another' } })
    expect(upstream.reached[0]?.headers['x-key']).toBe(`Key ${secret}`)
    expect(upstream.reached[0]?.url).toBe('/maps/x')
  })

  test('in the query, where a client may not set another one', async () => {
    const budget = { requests: 100 }
    const token = await started.app.token({ sub: 'u_1', apis: { maps: budget } })
    const headers = { authorization: `Bearer ${token}` }
    const call = (query: string) => fetch(`${started.url}/call/maps/geocode${query}`, { headers })
    expect((await call('?q=a%20b')).status).toBe(200)
    expect(upstream.reached[0]?.url).toBe(`/maps/geocode?q=a+b&key=${secret}`)
    for (const query of ['?key=mine', '?KEY=mine', '?%6bey=mine', '?q=1&key']) {
      expect((await call(query)).status).toBe(403)
    }
    expect(upstream.reached).toHaveLength(1)
    expect((await started.calls('api=maps'))[0]).toMatchObject({ path: '/geocode' })
  })

  test('where there is none, nothing is called, and it is said which is missing', async () => {
    await expect(started.app.call('empty', '/x')).rejects.toMatchObject({
      code: 'api_key_missing',
      message: expect.stringContaining('HOOKLINE_TEST_UNSET'),
    })
    expect(upstream.reached).toEqual([])
  })
})

describe('credentials that are exchanged for a token', () => {
  const exchanged = 'A21AAexchanged0123456789'
  const exchanges = () => upstream.reached.filter(({ url }) => url === '/v1/oauth2/token')

  test('are exchanged once for calls that come together, and again when refused', async () => {
    upstream.answer = (response, { url, headers }) => {
      response.setHeader('content-type', 'application/json')
      if (url === '/v1/oauth2/token') {
        return response.end(JSON.stringify({ access_token: exchanged, expires_in: 32_400 }))
      }
      return response.end(JSON.stringify({ seen: headers.authorization }))
    }
    const call = () => started.app.call('paypal', '/v1/things')
    const texts = await Promise.all([call(), call(), call()].map(async (c) => (await c).text()))
    expect(texts).toEqual(Array(3).fill(JSON.stringify({ seen: `Bearer ${'*'.repeat(24)}` })))
    expect(exchanges()).toHaveLength(1)
    expect(exchanges()[0]).toMatchObject({
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`client-1:${secret}`).toString('base64')}` },
    })
    expect(exchanges()[0]?.body.toString()).toBe('grant_type=client_credentials')
    const ok = upstream.answer
    upstream.answer = (response) => response.writeHead(401).end()
    expect((await call()).status).toBe(401)
    upstream.answer = ok
    expect((await call()).status).toBe(200)
    expect(exchanges()).toHaveLength(2)
  })

  test('that are refused are an error, and no token is made up', async () => {
    upstream.answer = (response) => response.writeHead(401).end(`no ${secret}`)
    await started.app.call('paypal', '/v1/things')
    const refused = started.app.call('paypal', '/v1/things')
    await expect(refused).rejects.toMatchObject({ code: 'api_key_refused' })
    await expect(refused).rejects.not.toThrow(secret)
  })
})
