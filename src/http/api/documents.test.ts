import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Admin } from '../../client/admin.ts'
import { documentBytesMax } from '../../storage/document-path.ts'
import { adminOf, call } from '../testing/admin-call.ts'
import { startServed, type TestServed } from '../testing/served.ts'
import { type Way, ways } from '../testing/ways.ts'

describe.each(ways)('/documents $name', ({ open }) => {
  let served: TestServed
  let way: Way
  let api: Admin
  beforeEach(async () => {
    served = await startServed()
    way = await open(served)
    api = adminOf(way)
  })
  afterEach(async () => {
    await way.close()
    await served.close()
  })

  const put = (path: string, body: string | object, headers = {}) =>
    call(way, `/documents/${path}`, { method: 'PUT', body, headers })

  test('a document is written, read and deleted, and each answer has its version', async () => {
    const written = await put('users/u_1', { name: 'Ada', tags: ['a', { b: null }] })
    expect(written).toMatchObject({
      status: 200,
      body: {
        path: 'users/u_1',
        data: { name: 'Ada', tags: ['a', { b: null }] },
        version: 1,
        updatedAt: '2026-01-31T12:00:00.000Z',
      },
    })
    expect(written.headers.get('etag')).toBe('"1"')
    const read = await call(way, '/documents/users/u_1')
    expect(read.body).toEqual(written.body)
    expect(read.headers.get('etag')).toBe('"1"')

    const deleted = await call(way, '/documents/users/u_1', { method: 'DELETE' })
    expect(deleted).toMatchObject({ status: 204, body: undefined })
    await expect(api.documents.get('users/u_1')).rejects.toMatchObject({ code: 'not_found' })
    const again = await call(way, '/documents/users/u_1', { method: 'DELETE' })
    expect(again).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })

  test('a write replaces the document', async () => {
    await api.documents.put('a', { one: 1 })
    expect(await api.documents.put('a', { two: 2 })).toMatchObject({ data: { two: 2 }, version: 2 })
  })

  test('a write that expects another version changes nothing', async () => {
    await api.documents.put('a', { n: 1 })
    await api.documents.put('a', { n: 2 }, { ifVersion: 1 })
    const differs = { code: 'document_version', status: 412 }
    await expect(api.documents.put('a', { n: 9 }, { ifVersion: 1 })).rejects.toMatchObject(differs)
    await expect(api.documents.delete('a', { ifVersion: 1 })).rejects.toMatchObject(differs)
    await expect(api.documents.put('b', {}, { ifVersion: 1 })).rejects.toMatchObject(differs)
    expect(await api.documents.get('a')).toMatchObject({ data: { n: 2 }, version: 2 })
    await api.documents.delete('a', { ifVersion: 2 })
    await expect(api.documents.get('a')).rejects.toMatchObject({ status: 404 })
  })

  test('a version is taken as the ETag or bare, and 0 is that of no document', async () => {
    expect((await put('a', {}, { 'if-match': '0' })).status).toBe(200)
    expect((await put('a', {}, { 'if-match': '"0"' })).status).toBe(412)
    expect((await put('a', {}, { 'if-match': '"1"' })).status).toBe(200)
    expect((await put('a', {}, { 'if-match': '2' })).status).toBe(200)
    for (const garbage of ['W/"3"', '*', '"3", "4"', 'three', '-1', '"3', '3.0', '9'.repeat(30)]) {
      const answer = await put('a', {}, { 'if-match': garbage })
      expect(answer, garbage).toMatchObject({ status: 400, body: { code: 'payload_invalid' } })
    }
    expect(await api.documents.get('a')).toMatchObject({ version: 3 })
  })

  test('the list is of the documents below a prefix, in path order and pages', async () => {
    for (const path of ['users/u_2', 'users/u_1', 'orders/o_1', 'users/u_1/cart']) {
      await api.documents.put(path, {})
    }
    const pathsOf = async (query: object) =>
      (await api.documents.list(query)).data.map(({ path }) => path)
    expect(await pathsOf({ prefix: 'users/' })).toEqual([
      'users/u_1',
      'users/u_1/cart',
      'users/u_2',
    ])
    expect(await pathsOf({ prefix: 'users/u_1' })).toEqual(['users/u_1', 'users/u_1/cart'])
    expect(await pathsOf({ prefix: 'o' })).toEqual(['orders/o_1'])
    const first = await api.documents.list({ limit: 3 })
    expect(first.data.map(({ path }) => path)).toEqual([
      'orders/o_1',
      'users/u_1',
      'users/u_1/cart',
    ])
    expect(await pathsOf({ limit: 3, cursor: first.next ?? '' })).toEqual(['users/u_2'])
  })

  test.each(['prefix=%00', 'prefix=/', 'prefix=a//', 'prefix=%ff', 'cursor=*', 'cursor=', 'x=1'])(
    'a list of %s is refused',
    async (query) => {
      const answer = await call(way, `/documents?${query}`)
      expect(answer).toMatchObject({ status: 400, body: { code: 'payload_invalid' } })
    },
  )

  test('names are decoded one by one', async () => {
    await put('users/caf%C3%A9', { n: 1 })
    await put('users/a%40b.example', { n: 2 })
    expect((await api.documents.list()).data.map(({ path }) => path)).toEqual([
      'users/a@b.example',
      'users/café',
    ])
    expect(await api.documents.get('users/café')).toMatchObject({ data: { n: 1 } })
  })

  test.each([
    'a//b',
    'a/',
    'a%2Fb',
    '..%2Fetc',
    '%2e%2e%2fetc',
    'a/%2e%2e%2fb',
    '%zz',
    'a/%',
    '%00',
    'a%20b',
    '*',
    '**',
    'a%5Cb',
    '%ED%A0%80',
    'x'.repeat(513),
  ])('%s is no path, to read, to write and to delete', async (path) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const body = method === 'PUT' ? { body: {} } : {}
      const answer = await call(way, `/documents/${path}`, { method, ...body })
      expect(answer, method).toMatchObject({ status: 400, body: { code: 'document_path_invalid' } })
    }
    expect((await api.documents.list()).data).toEqual([])
  })

  test('dots in a path lead nowhere else', async () => {
    for (const path of ['../stats', '%2e%2e/stats', 'users/../../stats']) {
      const answer = await put(path, { n: 1 })
      expect([400, 404, 405], path).toContain(answer.status)
    }
    expect((await api.documents.list()).data).toEqual([])
  })

  test("Hookline's own paths are not written by hand", async () => {
    const answer = await put('hookline/events/x', {})
    expect(answer).toMatchObject({ status: 403, body: { code: 'document_path_reserved' } })
    const deleted = await call(way, '/documents/hookline/events/x', { method: 'DELETE' })
    expect(deleted).toMatchObject({ status: 403 })
    expect((await call(way, '/documents/hookline/events/x')).status).toBe(404)
  })

  test('a document is an object within the limit', async () => {
    const hidden = ['{"__proto__":{"admin":true}}', '{"a":[{"__proto__":1}]}']
    for (const body of ['[]', '"x"', '1', 'null', 'true', '', ...hidden]) {
      const answer = await put('a', body)
      expect(answer, body).toMatchObject({ status: 400, body: { code: 'payload_invalid' } })
    }
    const largest = { a: 'x'.repeat(documentBytesMax - 8) }
    expect((await put('a', largest)).status).toBe(200)
    const larger = await put('a', { a: `${largest.a}x` })
    expect(larger).toMatchObject({ status: 413, body: { code: 'document_too_large' } })
    expect(await api.documents.get('a')).toMatchObject({ version: 1 })
  })

  test('text that databases stumble over is given back as it came', async () => {
    const data = { nul: 'a\0b', half: '\ud800', key: { constructor: 1, 'a.b': '\u2028' } }
    await api.documents.put('a', data)
    expect(await api.documents.get('a')).toMatchObject({ data })
  })
})
