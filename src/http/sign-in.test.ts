import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { wrongKeysMax } from './auth/admin-key.ts'
import { linkSeconds } from './auth/sign-in-link.ts'
import { issueSignInLink } from './auth.ts'
import { adminOf } from './testing/admin-call.ts'
import { adminKey, startServed, type TestServed } from './testing/served.ts'
import { type Way, ways } from './testing/ways.ts'

describe.each(ways)('signing in $name', ({ open }) => {
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

  const newLink = () =>
    issueSignInLink({ sessionKey: served.admin.sessionKey, clock: served.clock }, way.base)

  const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    way.fetch('/sign-in', { method: 'POST', body: new URLSearchParams(fields), headers })

  const tokenOf = (link: string) => new URL(link).searchParams.get('token') ?? ''

  function cookieOf(response: Response): string {
    return response.headers.get('set-cookie')?.split(';')[0] ?? ''
  }

  test('a link shows a button, and pressing it signs in', async () => {
    const link = await newLink()
    const shown = await way.fetch(link.slice(way.base.length))
    expect(shown.status).toBe(200)
    const page = await shown.text()
    expect(page).toContain('method="post" action="/sign-in"')
    expect(page).toContain(`value="${tokenOf(link)}"`)

    const pressed = await post({ token: tokenOf(link) }, { origin: way.base })
    expect(pressed.status).toBe(303)
    expect(pressed.headers.get('location')).toBe('/')
    const api = await way.fetch('/api/v1/stats', { headers: { cookie: cookieOf(pressed) } })
    expect(api.status).toBe(200)
  })

  test('a link is not used up by a program that looks at it', async () => {
    const link = await newLink()
    for (const method of ['GET', 'HEAD', 'GET']) {
      const seen = await way.fetch(link.slice(way.base.length), { method })
      expect(seen.headers.get('set-cookie')).toBeNull()
    }
    expect((await post({ token: tokenOf(link) })).status).toBe(303)
  })

  test('a link signs in once', async () => {
    const token = tokenOf(await newLink())
    const answers = await Promise.all([post({ token }), post({ token }), post({ token })])
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 401, 401])
    const again = await post({ token })
    expect(await again.json()).toMatchObject({ code: 'sign_in_invalid', status: 401 })
    expect(again.headers.get('set-cookie')).toBeNull()
  })

  test('a link that is old, changed or made elsewhere is not even shown', async () => {
    const token = tokenOf(await newLink())
    const elsewhere = await issueSignInLink(
      { sessionKey: new Uint8Array(32).fill(9), clock: served.clock },
      way.base,
    )
    for (const wrong of [`${token}x`, '', 'a.b.c', '"><script>', tokenOf(elsewhere)]) {
      const answer = await post({ token: wrong })
      expect(await answer.json()).toMatchObject({ code: 'sign_in_invalid' })
      const shown = await way.fetch(`/sign-in?token=${encodeURIComponent(wrong)}`)
      expect(shown.status).toBe(401)
      expect(await shown.text()).not.toContain('<script>')
    }
    served.pass(linkSeconds * 1000)
    expect((await post({ token })).status).toBe(401)
  })

  test('the admin key signs in by the form', async () => {
    const form = await way.fetch('/sign-in')
    expect(await form.text()).toContain('name="key" type="password"')
    const signedIn = await post({ key: adminKey })
    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/'])
    const home = await way.fetch('/', { headers: { cookie: cookieOf(signedIn) } })
    expect(home.status).toBe(200)
  })

  test('the form says where a key comes from, which differs in development', async () => {
    const said = async (isDev: boolean) => {
      Object.assign(served.server, { isDev })
      return await (await way.fetch('/sign-in')).text()
    }
    expect(await said(false)).toContain('admin-keys create')
    expect(await said(true)).toContain('start it again for a new link')
    expect(await said(false)).not.toContain('.hookline/admin-key')
  })

  test('a wrong key is refused, and many of them are refused unanswered', async () => {
    for (let i = 0; i < wrongKeysMax; i++) {
      const wrong = await post({ key: `wrong-${i}` })
      expect(await wrong.json()).toMatchObject({ code: 'admin_required', status: 401 })
    }
    const more = await post({ key: 'wrong' })
    expect(await more.json()).toMatchObject({ code: 'too_many_attempts', status: 429 })
    expect(Number(more.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await post({ key: adminKey })).status).toBe(303)
  })

  test('a person sees the reason on a page, with the form to try again', async () => {
    const wrong = await post({ key: '<script>' }, { accept: 'text/html,*/*' })
    expect(wrong.status).toBe(401)
    expect(wrong.headers.get('content-type')).toContain('text/html')
    const page = await wrong.text()
    expect(page).toContain('This is not an admin key')
    expect(page).toContain('name="key"')
    expect(page).not.toContain('<script>')
  })

  test('the pages run no script, load nothing and are framed by nobody', async () => {
    const link = await newLink()
    for (const path of ['/sign-in', link.slice(way.base.length)]) {
      const shown = await way.fetch(path)
      const policy = shown.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
      expect(shown.headers.get('cache-control')).toBe('no-store')
      expect(shown.headers.get('referrer-policy')).toBe('same-origin')
    }
  })

  test('another site can sign nobody in or out', async () => {
    const token = tokenOf(await newLink())
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of foreign) {
      const refused = await post({ token }, headers)
      expect(await refused.json()).toMatchObject({ code: 'origin_refused' })
      const out = await way.fetch('/sign-out', { method: 'POST', headers })
      expect(out.status).toBe(403)
    }
    expect((await post({ token })).status, 'not used up').toBe(303)
  })

  test('signing out makes the browser forget its session', async () => {
    const out = await way.fetch('/sign-out', { method: 'POST', headers: { origin: way.base } })
    expect([out.status, out.headers.get('location')]).toEqual([303, '/sign-in'])
    expect(out.headers.get('set-cookie')).toMatch(/^hookline_session=; .*Max-Age=0/)
    const looked = await way.fetch('/sign-out')
    expect(looked.status).toBe(405)
    expect(looked.headers.get('allow')).toBe('POST')
  })

  test('signing out ends the session on the server, for whoever has kept its cookie', async () => {
    const cookie = cookieOf(await post({ key: adminKey }))
    const look = async () => (await way.fetch('/api/v1/stats', { headers: { cookie } })).status
    expect(await look()).toBe(200)
    const headers = { origin: way.base, cookie }
    await way.fetch('/sign-out', { method: 'POST', headers })
    expect(await look()).toBe(401)
  })

  test('another site can not end a session', async () => {
    const cookie = cookieOf(await post({ key: adminKey }))
    for (const origin of ['https://evil.example', 'null']) {
      const headers = { origin, cookie }
      expect((await way.fetch('/sign-out', { method: 'POST', headers })).status).toBe(403)
    }
    expect((await way.fetch('/api/v1/stats', { headers: { cookie } })).status).toBe(200)
  })

  test('signing in takes over no session that the browser was given before', async () => {
    const planted = 'hookline_session=a-value-that-somebody-else-knows-as-well-0'
    const cookie = cookieOf(await post({ key: adminKey }, { cookie: planted }))
    expect(cookie).not.toBe(planted)
    const asPlanted = await way.fetch('/api/v1/stats', { headers: { cookie: planted } })
    expect(asPlanted.status).toBe(401)
    const again = cookieOf(await post({ key: adminKey }, { cookie }))
    expect(again).not.toBe(cookie)
    expect((await way.fetch('/api/v1/stats', { headers: { cookie } })).status, 'before').toBe(401)
    expect((await way.fetch('/api/v1/stats', { headers: { cookie: again } })).status).toBe(200)
  })

  test('a session writes from this server alone, and the API key from anywhere', async () => {
    const cookie = cookieOf(await post({ key: adminKey }))
    const write = (headers: Record<string, string>) =>
      way.fetch('/api/v1/tokens', {
        method: 'POST',
        body: JSON.stringify({ sub: 'u_1', read: ['users/u_1'], expiresIn: 60 }),
        headers: { 'content-type': 'application/json', ...headers },
      })
    expect((await write({ cookie, origin: way.base })).status).toBeLessThan(300)
    const forged = await write({ cookie, origin: 'https://evil.example' })
    expect(await forged.json()).toMatchObject({ code: 'origin_refused' })
    expect((await write({ cookie })).status).toBe(403)
    expect((await write({ authorization: `Bearer ${adminKey}` })).status).toBeLessThan(300)
  })

  test('an admin key of the database is made, signs in by its scope, and is revoked', async () => {
    const api = adminOf(way).adminKeys
    const made = await api.create({ name: 'Ada', scope: 'read' })
    expect(made).toMatchObject({ scope: 'read', key: expect.stringMatching(/^hookline_admin_/) })
    const { data } = await api.list()
    expect(data).toMatchObject([{ id: made.id, name: 'Ada', revokedAt: null }])
    expect(JSON.stringify(data)).not.toContain(made.key.slice(-10))
    const cookie = cookieOf(await post({ key: made.key }))
    const look = async () => (await way.fetch('/api/v1/stats', { headers: { cookie } })).status
    expect(await look()).toBe(200)
    const headers = { cookie, origin: way.base }
    const write = await way.fetch(`/api/v1/admin-keys/${made.id}`, { method: 'DELETE', headers })
    expect(await write.json()).toMatchObject({ code: 'scope_missing', status: 403 })
    await api.revoke(made.id)
    expect(await look()).toBe(401)
    expect((await post({ key: made.key })).status).toBe(401)
    await expect(api.revoke(made.id)).rejects.toMatchObject({ code: 'not_found' })
    const log = await served.storage.auditEntries({}, { limit: 10 })
    const actions = log.map(({ action }) => action)
    expect(actions).toContain('admin-key.create')
    expect(actions).toContain('admin-key.revoke')
  })

  test.each([
    ['no form', '{"key":"x"}', 'application/json', 'payload_invalid'],
    ['none of the three', 'a=b', 'application/x-www-form-urlencoded', 'payload_invalid'],
    ['two of the three', 'key=a&token=b', 'application/x-www-form-urlencoded', 'payload_invalid'],
    ['two others', 'key=a&password=b', 'application/x-www-form-urlencoded', 'payload_invalid'],
    ['no text', Buffer.from([0xff]), 'application/x-www-form-urlencoded', 'payload_invalid'],
    ['no end', 'k'.repeat(20_000), 'application/x-www-form-urlencoded', 'body_too_large'],
  ])('a form that is %s is refused', async (_, body, type, code) => {
    const headers = { 'content-type': type }
    const answer = await way.fetch('/sign-in', { method: 'POST', body, headers })
    expect(await answer.json()).toMatchObject({ code })
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  test('other methods are answered with those there are', async () => {
    const answer = await way.fetch('/sign-in', { method: 'PUT', body: 'x' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
  })
})
