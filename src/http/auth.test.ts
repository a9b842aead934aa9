import { createHash } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { issueToken } from '../realtime/access.ts'
import type { NewAdminKey } from '../storage/admin-keys.ts'
import type { NewAuditEntry } from '../storage/audit.ts'
import { noteAddress } from './auth/address.ts'
import { newAdminKey, wrongKeyEveryMs, wrongKeysMax } from './auth/admin-key.ts'
import { sessionIdleSeconds, sessionSeconds, startSession } from './auth/session.ts'
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
    expect(await authenticate(served, withKey(adminKey))).toMatchObject({
      by: 'key',
      scope: 'admin',
    })
    expect(await authenticate(served, withKey(adminKey, 'POST'))).toMatchObject({
      by: 'key',
      scope: 'admin',
    })
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
    expect(await authenticate(served, withKey(adminKey))).toMatchObject({
      by: 'key',
      scope: 'admin',
    })
    expect(await authenticate(served, await withSession())).toMatchObject({
      by: 'session',
      scope: 'admin',
    })
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
    expect(await authenticate(served, await withSession())).toMatchObject({
      by: 'session',
      scope: 'admin',
    })
  })

  test('ends after its time, however much it is used', async () => {
    const request = await withSession()
    const stepMs = (sessionIdleSeconds * 1000) / 2
    for (let ms = stepMs; ms < sessionSeconds * 1000; ms += stepMs) {
      served.pass(stepMs)
      expect(await authenticate(served, request)).toMatchObject({ by: 'session', scope: 'admin' })
    }
    served.pass(stepMs - 1)
    expect(await authenticate(served, request)).toMatchObject({ by: 'session' })
    served.pass(1)
    expect(await authenticate(served, request)).toBeUndefined()
  })

  test('ends when it is not used for a while', async () => {
    const request = await withSession()
    served.pass(sessionIdleSeconds * 1000 - 1)
    expect(await authenticate(served, request)).toMatchObject({ by: 'session' })
    served.pass(sessionIdleSeconds * 1000)
    expect(await authenticate(served, request)).toBeUndefined()
  })

  test('is in the database as a hash alone, which opens nothing', async () => {
    const request = await withSession()
    const [, token = ''] = request.headers.get('cookie')?.split('=') ?? []
    const hash = createHash('sha256').update(token).digest('hex')
    expect(await authenticate(served, withCookie(`hookline_session=${hash}`))).toBeUndefined()
    expect(await served.storage.endSession(token)).toBe(false)
    expect(await served.storage.endSession(hash)).toBe(true)
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
    expect(await authenticate(served, write)).toMatchObject({ by: 'session', scope: 'admin' })
    const named = { ...served, admin: { ...served.admin, publicUrl: 'https://hooks.example.com/' } }
    const proxied = await withSession({
      method: 'POST',
      headers: { origin: 'https://hooks.example.com' },
    })
    expect(await authenticate(named, proxied)).toMatchObject({ by: 'session' })
    await expect(authenticate(served, proxied)).rejects.toMatchObject({ code: 'origin_refused' })
    const fetched = await withSession({
      method: 'DELETE',
      headers: { origin: 'https://hooks.example.com', 'sec-fetch-site': 'same-origin' },
    })
    expect(await authenticate(served, fetched), 'behind a proxy').toMatchObject({
      by: 'session',
      scope: 'admin',
    })
  })

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['a site whose name begins the same', { origin: 'http://localhost:4600.evil.example' }],
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
    expect(await authenticate(served, over('__Host-hookline_session'))).toMatchObject({
      by: 'session',
      scope: 'admin',
    })
    expect(await authenticate(served, over('hookline_session'))).toBeUndefined()
  })
})

describe('an admin key of the database', () => {
  async function newKey(key: Partial<NewAdminKey> = {}): Promise<string> {
    const { key: value, hash } = newAdminKey()
    const whole = { id: 'adm_1', name: 'CI', scope: 'read', expiresAt: null, hash } as const
    const entry = { actor: { kind: 'cli', id: 'x' }, action: 'admin-key.create', subject: 'x' }
    await served.storage.createAdminKey({ ...whole, ...key }, entry as NewAuditEntry)
    return value
  }

  const path = (at: string, key: string, method: string) =>
    new Request(`http://localhost:4600${at}`, {
      method,
      headers: { authorization: `Bearer ${key}` },
    })

  test('lets its bearer do what its scope allows, and nothing else', async () => {
    const keys = {
      read: await newKey(),
      operate: await newKey({ id: 'adm_2', scope: 'operate' }),
      admin: await newKey({ id: 'adm_3', scope: 'admin' }),
    }
    const requests: [at: string, method: string, allowed: string][] = [
      ['/api/v1/events', 'GET', 'read operate admin'],
      ['/api/v1/admin-keys', 'HEAD', 'read operate admin'],
      ['/api/v1/events/evt_1/replay', 'POST', 'operate admin'],
      ['/api/v1/deliveries/dlv_1/retry', 'POST', 'operate admin'],
      ['/api/v1/replays', 'POST', 'operate admin'],
      ['/api/v1/keys/STRIPE_SECRET_KEY', 'PUT', 'admin'],
      ['/api/v1/tokens', 'POST', 'admin'],
      ['/api/v1/admin-keys', 'POST', 'admin'],
      ['/api/v1/documents/users/u_1', 'DELETE', 'admin'],
      ['/api/v1/events/../tokens', 'POST', 'admin'],
      ['/api/v1/events/%2e%2e/tokens', 'POST', 'admin'],
      ['/api/v1/%65vents/evt_1/replay', 'POST', 'admin'],
      ['/api/v1/events/a%2f..%2f..%2ftokens', 'POST', 'admin'],
      ['/api/v1/events//tokens', 'POST', 'admin'],
      ['/api/v1/of-tomorrow', 'PATCH', 'admin'],
    ]
    for (const [at, method, allowed] of requests) {
      const admitted: string[] = []
      for (const [scope, key] of Object.entries(keys)) {
        const answer = authenticate(served, path(at, key, method))
        if (allowed.includes(scope)) admitted.push((await answer)?.scope ?? 'nobody')
        else await expect(answer, at).rejects.toMatchObject({ code: 'scope_missing', status: 403 })
      }
      expect(admitted.join(' '), at).toBe(allowed)
    }
  })

  test('lets nobody in once it is revoked or has expired, nor by its hash', async () => {
    const ended = await newKey({ expiresAt: served.clock.now() + 1_000 })
    expect(await authenticate(served, withKey(ended))).toMatchObject({ scope: 'read' })
    served.pass(1_000)
    expect(await authenticate(served, withKey(ended))).toBeUndefined()
    const revoked = await newKey({ id: 'adm_2' })
    const entry = { actor: { kind: 'cli', id: 'x' }, action: 'admin-key.revoke', subject: 'x' }
    await served.storage.revokeAdminKey('adm_2', entry as NewAuditEntry)
    expect(await authenticate(served, withKey(revoked))).toBeUndefined()
    await newKey({ id: 'adm_3', hash: 'a-hash' })
    expect(await authenticate(served, withKey('a-hash'))).toBeUndefined()
    expect(await authenticate(served, withKey('hookline_admin_a-hash'))).toBeUndefined()
  })

  test('gives its session its own scope', async () => {
    await newKey()
    const start = { way: 'key', scope: 'read', adminKeyId: 'adm_1' } as const
    const [cookie = ''] = (await startSession(served, new Request(url), start)).split(';')
    const headers = { origin: 'http://localhost:4600' }
    expect(await authenticate(served, withCookie(cookie))).toMatchObject({ scope: 'read' })
    const write = withCookie(cookie, { method: 'POST', headers })
    await expect(authenticate(served, write)).rejects.toMatchObject({ code: 'scope_missing' })
  })
})

describe('wrong keys of many addresses', () => {
  const from = (address: string, key = 'wrong') => {
    const request = withKey(key)
    noteAddress(request, address)
    return authenticate(served, request)
  }

  test('are counted for each, so that one does not keep another waiting', async () => {
    for (let i = 0; i < wrongKeysMax; i++) await from('192.0.2.1')
    await expect(from('192.0.2.1')).rejects.toMatchObject({ code: 'too_many_attempts' })
    await expect(from('::ffff:192.0.2.1')).rejects.toMatchObject({ code: 'too_many_attempts' })
    expect(await from('192.0.2.2')).toBeUndefined()
    expect(await from('192.0.2.1', adminKey)).toMatchObject({ by: 'key' })
  })

  test('are counted by network where one customer has many addresses', async () => {
    for (let i = 0; i < wrongKeysMax; i++) await from(`2001:db8:1:2::${i.toString(16)}`)
    await expect(from('2001:db8:1:2:ffff::1')).rejects.toMatchObject({ code: 'too_many_attempts' })
    expect(await from('2001:db8:1:3::1')).toBeUndefined()
  })

  test('are refused in all as well, wherever they come from', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 400 }, (_, i) => from(`198.51.${i >> 8}.${i & 255}`)),
    )
    const refused = answers.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBe(200)
    expect(await from('203.0.113.9', adminKey)).toMatchObject({ by: 'key' })
  })
})
