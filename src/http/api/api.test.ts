import { request as rawRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startSession } from '../auth/session.ts'
import { call } from '../testing/admin-call.ts'
import { acceptEvent, adminKey, startServed, type TestServed } from '../testing/served.ts'
import { type Way, ways } from '../testing/ways.ts'
import { jsonBytesMax, jsonDepthMax } from './json-body.ts'

describe.each(ways)('the admin API $name', ({ open }) => {
  let served: TestServed
  let way: Way
  beforeEach(async () => {
    served = await startServed()
    way = await open(served)
  })
  afterEach(async () => {
    await way.close()
    await served.close()
  })

  const post = (body: string | Uint8Array<ArrayBuffer>, headers = {}) =>
    call(way, '/tokens', { method: 'POST', body, headers })

  test.each([
    ['/events', 'GET'],
    ['/openapi.json', 'GET'],
    ['/nowhere', 'GET'],
    ['', 'GET'],
    ['/documents/users/u_1', 'PUT'],
    ['/tokens', 'POST'],
    ['/events', 'OPTIONS'],
  ])('asks for an admin first, also for %s', async (path, method) => {
    const body = method === 'PUT' || method === 'POST' ? { body: 'not JSON' } : {}
    const answer = await way.fetch(`/api/v1${path}`, { method, ...body })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect(await answer.json()).toMatchObject({ code: 'admin_required', status: 401 })
  })

  test('answers JSON that no cache keeps and no browser takes for a page', async () => {
    const paths = ['/events', '/stats', '/nowhere', '/events?limit=x']
    for (const path of paths) {
      const { headers } = await call(way, path)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-type')).toMatch(/^application\/(problem\+)?json/)
    }
  })

  test('takes a session to read, and to write from its own pages only', async () => {
    const id = await acceptEvent(served)
    const session = await startSession(served, new Request(way.base))
    const cookie = session.split(';')[0] ?? ''
    const read = await way.fetch('/api/v1/events', { headers: { cookie } })
    expect(read.status).toBe(200)

    const replay = (headers: Record<string, string>) =>
      way.fetch(`/api/v1/events/${id}/replay`, { method: 'POST', headers: { cookie, ...headers } })
    for (const headers of [{}, { origin: 'https://evil.example' }]) {
      const refused = await replay(headers as Record<string, string>) // one or none
      expect(await refused.json()).toMatchObject({ code: 'origin_refused', status: 403 })
    }
    expect((await served.storage.deliveries({}, { limit: 9 })).data).toHaveLength(2)
    expect((await replay({ origin: way.base })).status).toBe(202)
  })

  test('knows no other paths, and says which methods a path has', async () => {
    const unknown = await call(way, '/nowhere')
    expect(unknown).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect((await call(way, '')).status).toBe(404)
    const wrong = await call(way, '/events', { method: 'DELETE' })
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
    expect(wrong.headers.get('allow')).toBe('GET, HEAD')
    const document = await call(way, '/documents/users/u_1', { method: 'POST' })
    expect(document.headers.get('allow')).toBe('GET, PUT, DELETE, HEAD')
  })

  test('answers HEAD as GET without the body', async () => {
    const answer = await call(way, '/events', { method: 'HEAD' })
    expect(answer).toMatchObject({ status: 200, body: undefined })
  })

  test('names the parameters that there are to one who sends another', async () => {
    for (const query of ['sauce=stripe', '__proto__=x', 'constructor=x', 'limit=1&Limit=2']) {
      const answer = await call(way, `/events?${query}`)
      expect(answer, query).toMatchObject({ status: 400, body: { code: 'payload_invalid' } })
      expect(JSON.stringify(answer.body)).toContain('source, type, mode, status, q, since, until')
    }
    expect(await call(way, '/stats?x=1')).toMatchObject({ status: 400 })
  })

  test.each(['0', '201', '-1', '1.5', '', 'ten', '1e1', '5&limit=6', '%00'])(
    'takes no page of %j',
    async (limit) => {
      const answer = await call(way, `/events?limit=${limit}`)
      expect(answer).toMatchObject({ status: 400, body: { code: 'payload_invalid' } })
    },
  )

  test.each(['x', '-1', '1.5', 'NaN', '9999999999999999999', '1;drop', '%ff', ''])(
    'takes no cursor of %j',
    async (cursor) => {
      for (const list of ['events', 'deliveries', 'replays', 'sources', 'rejections']) {
        const answer = await call(way, `/${list}?cursor=${cursor}`)
        expect(answer, list).toMatchObject({ status: 400, body: { code: 'payload_invalid' } })
      }
    },
  )

  test.each([
    ['that is not JSON', '{"sub":', 'payload_invalid'],
    ['that is empty', '', 'payload_invalid'],
    ['that is not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'payload_invalid'],
    ['that is null', 'null', 'payload_invalid'],
    ['that is a list', '[]', 'payload_invalid'],
    ['with a __proto__', '{"sub":"u","read":["a"],"__proto__":{}}', 'payload_invalid'],
    ['with a __proto__ inside', '{"sub":"u","read":[{"__proto__":1}]}', 'payload_invalid'],
    ['with a member too many', '{"sub":"u","read":["a"],"admin":true}', 'payload_invalid'],
    ['that is deep', '['.repeat(1e5) + ']'.repeat(1e5), 'payload_invalid'],
    ['that is over the limit', `"${'x'.repeat(jsonBytesMax)}"`, 'body_too_large'],
  ])('refuses a body %s', async (_, body, code) => {
    const answer = await post(body)
    expect(answer.body).toMatchObject({ code, type: `urn:hookline:error:${code}` })
    expect(answer.status).toBe(code === 'body_too_large' ? 413 : 400)
  })

  test('refuses depth at its limit and not before', async () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    const put = (depth: number) => call(way, '/documents/a', { method: 'PUT', body: nested(depth) })
    expect((await put(jsonDepthMax)).status).toBe(200)
    expect((await put(jsonDepthMax + 1)).status).toBe(400)
  })

  test('refuses a body that is not declared as plain JSON', async () => {
    const body = '{"sub":"u_1","read":["users/u_1"]}'
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      const answer = await post(body, { 'content-type': type })
      expect(answer.body, type).toMatchObject({ code: 'payload_invalid', status: 400 })
    }
    const zipped = await post(body, { 'content-encoding': 'gzip' })
    expect(zipped.body).toMatchObject({ code: 'content_encoding_unsupported', status: 415 })
    const charset = await post(body, { 'content-type': 'Application/JSON; charset=utf-8' })
    expect(charset.status).toBe(200)
  })

  test('says nothing of the inside when something breaks', async () => {
    await served.storage.close()
    const answer = await call(way, '/events')
    expect(answer).toMatchObject({ status: 503, body: { code: 'storage_closed' } })
    expect(JSON.stringify(answer.body)).not.toMatch(/at .*\.ts/)
    served.storage.close = async () => {}
  })
})

test.each([
  '/documents/%zz',
  '/documents/a/../../../etc',
  '/events/%',
  '/events/%00',
  '/events/%ff',
])('a raw path %s over the socket is answered with a problem', async (path) => {
  const served = await startServed()
  const way = await (ways[1]?.open(served) as Promise<Way>) // the socket
  const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const { port } = new URL(way.base)
    const headers = { authorization: `Bearer ${adminKey}` }
    rawRequest({ port, path: `/api/v1${path}`, headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
      .on('error', reject)
      .end()
  })
  expect([400, 404]).toContain(answer.status)
  expect(JSON.parse(answer.text)).toMatchObject({ status: answer.status })
  await way.close()
  await served.close()
})
