import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { issueToken } from '../realtime/access.ts'
import { wrongKeyEveryMs, wrongKeysMax } from './auth/admin-key.ts'
import { sessionSeconds, startSession } from './auth/session.ts'
import { authenticate, issueSignInLink, requireAdmin } from './auth.ts'
import { adminKey, startServed, type TestServed } from './testing/served.ts'

const url = 'http://localhost:4600/api/v1/events'

let served: TestServed
beforeEach(async () => {
  served = await startServed()
})
afterEach(() => served.close())

const withKey = (key: string, method = 'GET') =>
  new Request(url, { method, headers: { authorization: `Bearer ${key}` } })

async function withSession(init: RequestInit = {}): Promise<Request> {
  const [cookie = ''] = (await startSession(served, new Request(url))).split(';')
  return withCookie(cookie, init)
}

function withCookie(cookie: string, init: RequestInit = {}): Request {
  return new Request(url, { ...init, headers: { ...init.headers, cookie } })
}

describe('the admin key', () => {
  test('lets its bearer in, to read and to write', async () => {
    expect(await authenticate(served, withKey(adminKey))).toEqual({ by: 'key' })
    expect(await authenticate(served, withKey(adminKey, 'POST'))).toEqual({ by: 'key' })
  })

  test('lets nobody in who has another one, a part of it, or none', async () => {
    for (const key of ['wrong', adminKey.slice(0, -1), `${adminKey}x`, adminKey.toUpperCase()]) {
      expect(await authenticate(served, withKey(key))).toBeUndefined()
    }
    expect(await authenticate(served, new Request(url))).toBeUndefined()
    const basic = new Request(url, { headers: { authorization: `Basic ${adminKey}` } })
    expect(await authenticate(served, basic)).toBeUndefined()
  })

  test('lets nobody in where the server has none', async () => {
    await served.close()
    served = await startServed({ adminKey: undefined })
    for (const key of ['undefined', '', 'null']) {
      expect(await authenticate(served, withKey(key))).toBeUndefined()
    }
    expect(await authenticate(served, await withSession())).toBeUndefined()
  })

  test('is asked for with a code that is stable', async () => {
    await expect(requireAdmin(served, new Request(url))).rejects.toMatchObject({
      code: 'admin_required',
      status: 401,
    })
  })
})

describe('wrong keys', () => {
  async function tryMany(): Promise<void> {
    for (let i = 0; i < wrongKeysMax; i++) await authenticate(served, withKey(`wrong-${i}`))
  }

  test('are refused unanswered when there were too many', async () => {
    await tryMany()
    await expect(authenticate(served, withKey('wrong'))).rejects.toMatchObject({
      code: 'too_many_attempts',
      status: 429,
    })
  })

  test('lock nobody out who has the right one', async () => {
    await tryMany()
    expect(await authenticate(served, withKey(adminKey))).toEqual({ by: 'key' })
    expect(await authenticate(served, await withSession())).toEqual({ by: 'session' })
  })

  test('are answered again one by one as time goes on', async () => {
    await tryMany()
    served.pass(wrongKeyEveryMs - 1)
    await expect(authenticate(served, withKey('wrong'))).rejects.toThrow('wrong admin keys')
    served.pass(1)
    expect(await authenticate(served, withKey('wrong'))).toBeUndefined()
    await expect(authenticate(served, withKey('wrong'))).rejects.toThrow('wrong admin keys')
  })

  test('of one server are not counted against another', async () => {
    await tryMany()
    const another = await startServed()
    expect(await authenticate(another, withKey('wrong'))).toBeUndefined()
    await another.close()
  })
})

describe('a session', () => {
  test('lets its browser in', async () => {
    expect(await authenticate(served, await withSession())).toEqual({ by: 'session' })
  })

  test('ends after its time, however much it is used', async () => {
    const request = await withSession()
    served.pass(sessionSeconds * 1000 - 1)
    expect(await authenticate(served, request)).toEqual({ by: 'session' })
    served.pass(1)
    expect(await authenticate(served, request)).toBeUndefined()
  })

  test('ends with the admin key that it began under', async () => {
    const request = await withSession()
    const rekeyed = { ...served, admin: { ...served.admin, key: `${adminKey}-new` } }
    expect(await authenticate(rekeyed, request)).toBeUndefined()
  })

  test('is not made by any other token of this server, nor by an unsigned one', async () => {
    const { token } = await issueToken(served.access, { sub: 'u_1', read: ['**'] })
    const link = await issueSignInLink({ ...served, sessionKey: served.admin.sessionKey }, url)
    const claims = { aud: 'hookline/session', exp: served.clock.now() / 1000 + 60 }
    const encoded = [{ alg: 'none' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    )
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(served.admin.sessionKey)
    const tokens = [token, link.split('token=')[1], `${encoded.join('.')}.`, forged, '', 'x']
    for (const one of tokens) {
      const request = withCookie(`hookline_session=${one}`)
      expect(await authenticate(served, request), String(one)).toBeUndefined()
    }
  })

  test('writes from a page of this server', async () => {
    const own = { origin: 'http://localhost:4600' }
    const write = await withSession({ method: 'POST', headers: own })
    expect(await authenticate(served, write)).toEqual({ by: 'session' })
    const fetched = await withSession({
      method: 'DELETE',
      headers: { origin: 'https://hooks.example.com', 'sec-fetch-site': 'same-origin' },
    })
    expect(await authenticate(served, fetched), 'behind a proxy').toEqual({ by: 'session' })
  })

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port', { origin: 'http://localhost:4601' }],
    ['a page that hides itself', { origin: 'null' }],
    ['a page that says nothing', {}],
    ['a subdomain', { origin: 'http://localhost:4600', 'sec-fetch-site': 'same-site' }],
    ['across sites', { origin: 'http://localhost:4600', 'sec-fetch-site': 'cross-site' }],
  ])('does not write from %s', async (_, headers) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const request = await withSession({ method, headers: { ...headers } })
      await expect(authenticate(served, request)).rejects.toMatchObject({ code: 'origin_refused' })
    }
  })

  test('has a cookie that scripts, other sites and plain connections do not get', async () => {
    const plain = await startSession(served, new Request(url))
    expect(plain).toMatch(
      /^hookline_session=[\w.-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    )
    const secure = await startSession(served, new Request(url.replace('http:', 'https:')))
    expect(secure).toMatch(/^__Host-hookline_session=[\w.-]+; Path=\/; HttpOnly; .*; Secure$/)
    const proxied = new Request(url, { headers: { origin: 'https://hooks.example.com' } })
    expect(await startSession(served, proxied)).toMatch(/^__Host-hookline_session=.*; Secure$/)
  })

  test('over TLS is taken from the cookie only that TLS can set', async () => {
    const [, value = ''] = /=([^;]+)/.exec(await startSession(served, new Request(url))) ?? []
    const over = (name: string) =>
      new Request(url.replace('http:', 'https:'), { headers: { cookie: `a=b; ${name}=${value}` } })
    expect(await authenticate(served, over('__Host-hookline_session'))).toEqual({ by: 'session' })
    expect(await authenticate(served, over('hookline_session'))).toBeUndefined()
  })
})
