import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Admin, ApiError, admin } from './admin.ts'

interface Received {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

let http: Server
let api: Admin
let baseUrl: string
let received: Received[]
let answer: { status: number; body: string }

beforeEach(async () => {
  received = []
  answer = { status: 200, body: '{"data":[],"next":null}' }
  http = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method, url, headers } = request
    received.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
    response.writeHead(answer.status).end(answer.body)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}` // listening on TCP
  api = admin(baseUrl, { key: 'k' })
})
afterEach(() => new Promise((resolve) => http.close(resolve)))

const routes: [expected: string, call: () => Promise<unknown>][] = [
  ['GET /api/v1/sources', () => api.sources.list()],
  ['GET /api/v1/sources/stripe', () => api.sources.get('stripe')],
  ['GET /api/v1/events?q=a+b%26c&limit=5', () => api.events.list({ q: 'a b&c', limit: 5 })],
  ['GET /api/v1/events/evt_1', () => api.events.get('evt_1')],
  ['POST /api/v1/events/evt_1/replay {}', () => api.events.replay('evt_1')],
  ['POST /api/v1/events/evt_1/replay {"handlers":["h"]}', () => api.events.replay('evt_1', ['h'])],
  ['GET /api/v1/deliveries?state=failed', () => api.deliveries.list({ state: 'failed' })],
  ['GET /api/v1/deliveries/dlv_1', () => api.deliveries.get('dlv_1')],
  ['POST /api/v1/deliveries/dlv_1/retry', () => api.deliveries.retry('dlv_1')],
  ['POST /api/v1/deliveries/dlv_1/cancel', () => api.deliveries.cancel('dlv_1')],
  ['GET /api/v1/replays?cursor=c', () => api.replays.list({ cursor: 'c' })],
  ['GET /api/v1/replays/rpl_1', () => api.replays.get('rpl_1')],
  ['POST /api/v1/replays {"filter":{}}', () => api.replays.create({ filter: {} })],
  [
    'POST /api/v1/replays {"filter":{"status":"failed"},"dryRun":true}',
    () => api.replays.count({ filter: { status: 'failed' } }),
  ],
  ['POST /api/v1/replays/rpl_1/cancel', () => api.replays.cancel('rpl_1')],
  ['GET /api/v1/documents?prefix=users%2F', () => api.documents.list({ prefix: 'users/' })],
  ['GET /api/v1/documents/users/a%3Fb', () => api.documents.get('users/a?b')],
  ['PUT /api/v1/documents/users/u_1 {"n":1}', () => api.documents.put('users/u_1', { n: 1 })],
  ['DELETE /api/v1/documents/users/u_1', () => api.documents.delete('users/u_1')],
  [
    'POST /api/v1/tokens {"sub":"u_1","read":["users/u_1/**"],"expiresIn":60}',
    () => api.tokens.create({ sub: 'u_1', read: ['users/u_1/**'], expiresIn: 60 }),
  ],
  ['GET /api/v1/stats', () => api.stats()],
  [
    'PATCH /api/v1/endpoints/ep_1 {"a":1}',
    () => api.request('PATCH', 'endpoints/ep_1', { body: { a: 1 } }),
  ],
]

test.each(routes)('%s is asked with the key', async (expected, call) => {
  await call()
  const [{ method, url, headers, body } = { headers: {}, body: '' }] = received
  expect(`${method} ${url} ${body}`.trim()).toBe(expected)
  expect(headers.authorization).toBe('Bearer k')
  expect(headers['content-type']).toBe(body === '' ? undefined : 'application/json')
})

test('the answer is given as the server wrote it, and an empty one is undefined', async () => {
  expect(await api.events.list()).toEqual({ data: [], next: null })
  answer = { status: 204, body: '' }
  expect(await api.documents.delete('users/u_1')).toBeUndefined()
})

test('a filter that is undefined is not sent', async () => {
  await admin(baseUrl, { key: 'k' }).request('GET', 'events', { query: { type: undefined } })
  expect(received[0]?.url).toBe('/api/v1/events')
})

test('a version that the document must have is sent as a condition', async () => {
  await api.documents.put('users/u_1', {}, { ifVersion: 3 })
  await api.documents.delete('users/u_1', { ifVersion: 4 })
  await api.documents.put('users/u_1', {})
  expect(received.map(({ headers }) => headers['if-match'])).toEqual(['3', '4', undefined])
})

test('without a key no Authorization is sent', async () => {
  await admin(baseUrl).stats()
  expect(received[0]?.headers.authorization).toBeUndefined()
})

test('a problem document is thrown as an error with its fields', async () => {
  const problem = {
    type: 'about:blank',
    title: 'Nothing is here',
    status: 404,
    code: 'not_found',
    detail: 'There is no event evt_1.',
  }
  answer = { status: 404, body: JSON.stringify(problem) }
  const error = await api.events.get('evt_1').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({
    status: 404,
    code: 'not_found',
    detail: problem.detail,
    problem,
    message: 'not_found: There is no event evt_1.',
  })
})

test.each([
  [502, '<html>Bad gateway</html>'],
  [500, '{"message":"of another program"}'],
  [200, '<html>A page</html>'],
])('%i with %s is an answer from something else', async (status, body) => {
  answer = { status, body }
  const error = await api.stats().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ status, code: 'answer_unreadable' })
  expect(String(error)).toMatch(/\/api\/v1\/stats answered .* likely .* Check/)
  expect(String(error)).not.toContain('html')
})

test('a server that is not there is named, with the cause', async () => {
  await new Promise((resolve) => http.close(resolve))
  const error = await api.stats().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    status: 0,
    code: 'server_unreachable',
    cause: expect.any(TypeError),
  })
  expect(String(error)).toMatch(/did not answer\. .* likely .* Start it with/)
  expect(String(error)).not.toContain('Bearer')
  http = createServer().listen(0, '127.0.0.1')
})
