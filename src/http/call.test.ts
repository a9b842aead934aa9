import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startUpstream, type Upstream } from '../../test/calls/upstream.ts'
import { connect } from '../client/index.ts'
import { openai, stripe } from '../providers/index.ts'
import { issueToken } from '../realtime/access.ts'
import { startServed, type TestServed } from './testing/served.ts'
import { type Way, ways } from './testing/ways.ts'

const key = 'sk-proj-0123456789abcdefghij'
const path = '/call/openai/v1/chat/completions'
let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(() => upstream.close())

describe.each(ways)('/call $name', ({ open }) => {
  let served: TestServed
  let way: Way
  let authorization: string
  beforeEach(async () => {
    upstream.reached.length = 0
    upstream.answer = (response) => response.setHeader('x-request-id', 'req_1').end('{"ok":true}')
    const local = { key, baseUrl: upstream.url, allowAddresses: ['127.0.0.1'] }
    served = await startServed({
      apis: {
        openai: openai({ ...local, allow: ['POST /v1/chat/completions', 'HEAD /v1/models'] }),
        stripe: stripe({ ...local, allow: ['POST /v1/customers'], mount: '/v1' }),
      },
      callOrigins: ['https://app.example.com'],
    })
    way = await open(served)
    const apis = ['openai', 'stripe']
    authorization = `Bearer ${(await issueToken(served.access, { sub: 'u_1', apis })).token}`
  })
  afterEach(async () => {
    await way.close()
    await served.close()
  })

  const call = (headers: Record<string, string> = {}, init: RequestInit = {}, at = path) =>
    way.fetch(at, {
      method: 'POST',
      body: '{"a":1}',
      headers: { authorization, ...headers },
      ...init,
    })

  test('a call is made with the key, and answered as the API answers', async () => {
    upstream.answer = (response) => response.writeHead(418, { 'x-request-id': 'r' }).end('short')
    const answer = await call({ 'content-type': 'application/json', 'idempotency-key': 'k' })
    expect([answer.status, await answer.text()]).toEqual([418, 'short'])
    expect(answer.headers.get('x-request-id')).toBe('r')
    const [reached] = upstream.reached
    expect(reached).toMatchObject({ method: 'POST', url: '/v1/chat/completions' })
    expect(reached?.headers).toMatchObject({
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
    })
    expect(reached?.body.toString()).toBe('{"a":1}')
  })

  test('an answer without a body has none, and its headers', async () => {
    const answer = await call({}, { method: 'HEAD', body: null }, '/call/openai/v1/models')
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect(answer.headers.get('x-request-id')).toBe('req_1')
    upstream.answer = (response) => response.writeHead(204).end()
    expect((await call()).status).toBe(204)
  })

  test('an API is served where it is mounted as well, and only below that', async () => {
    expect((await call({}, {}, '/v1/customers')).status).toBe(200)
    expect((await call({}, {}, '/call/stripe/v1/customers')).status).toBe(200)
    expect((await call({}, {}, '/v1')).status).toBe(404)
    expect((await call({}, {}, '/v1x/customers')).status).toBe(404)
    expect(upstream.reached.map(({ url }) => url)).toEqual(['/v1/customers', '/v1/customers'])
  })

  test('a refusal is a problem that SDKs take for an error too', async () => {
    const answer = await call({ authorization: '' })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    const problem = await answer.json()
    expect(problem).toMatchObject({ code: 'token_invalid', status: 401 })
    expect(problem.error).toMatchObject({ code: 'token_invalid', message: problem.detail })
  })

  test('a page of a listed origin may call, and read what came', async () => {
    const origin = 'https://app.example.com'
    const asked = await call(
      {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-stainless-os',
      },
      { method: 'OPTIONS', body: null },
    )
    expect(asked.status).toBe(204)
    expect(asked.headers.get('access-control-allow-origin')).toBe(origin)
    expect(asked.headers.get('access-control-allow-headers')).toContain('x-stainless-os')
    expect(upstream.reached).toEqual([])
    const answer = await call({ origin })
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
    expect(answer.headers.get('access-control-expose-headers')).toContain('x-request-id')
    expect(answer.headers.get('vary')).toContain('Origin')
    const refused = await call({ origin, authorization: '' })
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin)
  })

  test('a page of another origin may not, and one of no origin is a program', async () => {
    expect((await call({ origin: 'https://app.example.com.evil.test' })).status).toBe(403)
    expect(upstream.reached).toEqual([])
    expect((await call()).headers.get('access-control-allow-origin')).toBeNull()
  })

  test('the client calls, and asks for a new token once where its own is stale', async () => {
    const { token } = await issueToken(served.access, { sub: 'u_1', apis: ['openai'] })
    const tokens = ['a.b.c', token]
    const line = connect(way.base, {
      token: () => tokens.shift() ?? '',
      fetch: (input, init) => way.fetch(String(input).slice(way.base.length), init),
    })
    const answer = await line.call('openai', '/v1/chat/completions', { method: 'POST', body: '{}' })
    expect(await answer.json()).toEqual({ ok: true })
    expect(tokens).toEqual([])
    expect((await line.call('openai', '/v1/models', { method: 'POST' })).status).toBe(403)
  })

  test('each call is written down, also one that was refused', async () => {
    upstream.answer = (response) => response.writeHead(200).end('0123456789')
    await (await call({}, {}, `${path}?secret=1`)).text()
    await call({}, {}, '/call/openai/v1/secrets')
    await call({ authorization: '' })
    await served.calls.proxy.calls.flush()
    const { data } = await served.storage.calls({}, { limit: 10 })
    expect(data).toMatchObject([
      { path: '/v1/secrets', status: null, outcome: 'refused', bytesSent: 0 },
      {
        api: 'openai',
        sub: 'u_1',
        method: 'POST',
        path: '/v1/chat/completions',
        status: 200,
        outcome: 'answered',
        startedAt: served.clock.now(),
        bytesSent: 7,
        bytesReceived: 10,
      },
    ])
  })
})
