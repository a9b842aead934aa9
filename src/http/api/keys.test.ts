import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { adminOf, call } from '../testing/admin-call.ts'
import { adminKey, startServed, type TestServed } from '../testing/served.ts'
import { type Way, ways } from '../testing/ways.ts'
import { audited, auditedByStorage } from './audited.ts'

const webhookSecret = 'whsec_0123456789abcdefghijklmnopqrstuv'

describe.each(ways)('/keys $name', ({ open }) => {
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

  const put = (name: string, body: object) => call(way, `/keys/${name}`, { method: 'PUT', body })
  const secretOf = async () => (await served.lookup.find(['GITHUB_WEBHOOK_SECRET'], 'test')).values

  test('a key goes in and never comes out', async () => {
    const answer = await put('STRIPE_WEBHOOK_SECRET', { value: webhookSecret })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        name: 'STRIPE_WEBHOOK_SECRET',
        mode: 'test',
        origin: 'vault',
        kind: 'Stripe webhook secret',
        version: 1,
        fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
        lastUsedAt: null,
      },
    })
    const texts = [answer.body, (await call(way, '/keys')).body, (await call(way, '/audit')).body]
    for (const text of texts) expect(JSON.stringify(text)).not.toContain(webhookSecret.slice(6, 20))
  })

  test('the list has what the sources want and nobody set', async () => {
    const { data } = await adminOf(way).keys.list()
    expect(data).toMatchObject([
      { name: 'GITHUB_WEBHOOK_SECRET', origin: null, usedBy: ['source github'], version: null },
    ])
    await put('GITHUB_WEBHOOK_SECRET', { value: 'a-secret-of-github-0123456789' })
    expect((await adminOf(way).keys.list()).data).toMatchObject([
      { name: 'GITHUB_WEBHOOK_SECRET', origin: 'vault', usedBy: ['source github'], version: 1 },
    ])
  })

  test('a rotated key leaves the one before good for its grace', async () => {
    await put('GITHUB_WEBHOOK_SECRET', { value: 'the-first-secret-0123456789' })
    const graceMs = 60_000
    const rotated = await call(way, '/keys/GITHUB_WEBHOOK_SECRET/rotate', {
      method: 'POST',
      body: { value: 'the-second-secret-0123456789', graceMs },
    })
    const graceUntil = new Date(served.clock.now() + graceMs).toISOString()
    expect(rotated).toMatchObject({ status: 200, body: { version: 2, graceUntil } })
    expect(await secretOf()).toEqual([
      'the-second-secret-0123456789',
      'the-first-secret-0123456789',
    ])
    served.pass(graceMs)
    expect(await served.lookup.check()).toBe(true)
    expect(await secretOf()).toEqual(['the-second-secret-0123456789'])
  })

  test('a removed key is gone, and then unknown', async () => {
    await put('GITHUB_WEBHOOK_SECRET', { value: 'the-first-secret-0123456789' })
    const remove = () => call(way, '/keys/GITHUB_WEBHOOK_SECRET', { method: 'DELETE' })
    expect((await remove()).status).toBe(204)
    expect(await secretOf()).toEqual([])
    expect(await remove()).toMatchObject({ status: 404, body: { code: 'key_unknown' } })
    const rotated = await call(way, '/keys/NOBODY/rotate', {
      method: 'POST',
      body: { value: 'the-first-secret-0123456789' },
    })
    expect(rotated).toMatchObject({ status: 404, body: { code: 'key_unknown' } })
  })

  test.each([
    ['STRIPE_SECRET_KEY', 'sk_live_0123456789abcdefghijklmn', 'test', 'this is test mode'],
    ['STRIPE_SECRET_KEY', 'sk_test_0123456789abcdefghijklmn', 'live', 'this is live mode'],
    ['STRIPE_SECRET_KEY', 'pk_test_0123456789abcdefghijklmn', 'test', 'anybody may see'],
    ['STRIPE_SECRET_KEY', webhookSecret, 'test', 'an API key belongs there'],
    ['STRIPE_WEBHOOK_SECRET', 'sk_test_0123456789abcdefghijklmn', 'test', 'signing secret belongs'],
    ['STRIPE_SECRET_KEY', '  ', 'test', 'is empty'],
    ['STRIPE_SECRET_KEY', 'sk_test_0123456789abcdefghijklmn\n', 'test', 'white space'],
    ['STRIPE_SECRET_KEY', 'x'.repeat(20_000), 'test', 'over 16384 bytes'],
    ['sk_test_0123456789%20abc', 'x', 'test', 'no name of a key'],
  ])('%s with %j in %s mode is refused, and not stored', async (name, value, mode, words) => {
    const answer = await put(name, { value, mode })
    expect(answer).toMatchObject({ status: 400, body: { code: 'key_refused' } })
    const text = JSON.stringify(answer.body)
    expect(text).toContain(words)
    if (value.trim().length > 3) expect(text).not.toContain(value.slice(8, 20))
    expect(await served.vault.list()).toEqual([])
  })

  test('what is set, rotated and removed is in the audit log with who did it', async () => {
    await put('GITHUB_WEBHOOK_SECRET', { value: 'the-first-secret-0123456789' })
    await call(way, '/keys/GITHUB_WEBHOOK_SECRET', { method: 'DELETE' })
    const { data } = await adminOf(way).audit.list({ subject: 'GITHUB_WEBHOOK_SECRET' })
    expect(data.map(({ action }) => action)).toEqual(['key.remove', 'key.set'])
    expect(data[0]?.actor).toMatchObject({ kind: 'admin-key' })
    expect(JSON.stringify(data)).not.toContain(adminKey)
    expect(await adminOf(way).audit.verify()).toMatchObject({ isWhole: true, entries: 2 })
  })

  test('every route that writes goes into the audit log', async () => {
    const { body } = await call(way, '/openapi.json')
    const { paths } = body as { paths: Record<string, object> } // checked by what is read of it
    const routes = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path.replace('/api/v1', '')}`),
    )
    const writing = routes.filter((route) => !route.startsWith('get '))
    expect(writing.length).toBeGreaterThan(5)
    expect(writing.sort()).toEqual([...Object.keys(audited), ...auditedByStorage].sort())
  })

  test('an entry names the document, the token and the refused sign-in', async () => {
    await call(way, '/documents/users/u_1', { method: 'PUT', body: { a: 1 } })
    const token = { sub: 'user 7', read: ['users/u_1'] }
    const { body } = await call(way, '/tokens', { method: 'POST', body: token })
    await way.fetch('/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'key=not-the-admin-key-at-all',
    })
    const { data } = await adminOf(way).audit.list()
    expect(data.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      'sign-in.refuse key',
      'token.issue user 7',
      'document.write users/u_1',
    ])
    expect(JSON.stringify(data)).not.toContain((body as { token: string }).token)
    expect(JSON.stringify(data)).not.toContain('not-the-admin-key')
  })

  test('an end of the log that was known before, and is no longer there, is missed', async () => {
    for (let i = 0; i < 3; i++) await call(way, `/documents/d/${i}`, { method: 'PUT', body: {} })
    const { head } = await adminOf(way).audit.verify()
    const end = (seq: number) => `${seq}:${head?.hash}`
    expect(await adminOf(way).audit.verify({ head: end(3) })).toMatchObject({ isWhole: true })
    expect(await adminOf(way).audit.verify({ head: end(2) })).toMatchObject({
      brokenAt: 2,
      fault: 'head_differs',
    })
    expect(await adminOf(way).audit.verify({ head: end(9) })).toMatchObject({ fault: 'cut_off' })
  })
})
