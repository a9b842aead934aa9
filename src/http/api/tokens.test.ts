import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Admin } from '../../client/admin.ts'
import { readToken } from '../../realtime/access.ts'
import { adminOf, call } from '../testing/admin-call.ts'
import { startServed, type TestServed } from '../testing/served.ts'
import { type Way, ways } from '../testing/ways.ts'

describe.each(ways)('/tokens $name', ({ open }) => {
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

  test('a token reads what it was made for, for as long as it was made for', async () => {
    const made = await api.tokens.create({ sub: 'u_1', read: ['users/u_1/**'], expiresIn: 60 })
    expect(made.expiresAt).toBe('2026-01-31T12:01:00.000Z')
    expect(await readToken(served.access, made.token)).toMatchObject({
      sub: 'u_1',
      read: ['users/u_1/**'],
    })
    served.pass(60_000)
    await expect(readToken(served.access, made.token)).rejects.toMatchObject({
      code: 'token_invalid',
    })
  })

  test('a token calls the APIs that it was made for, each with its budget', async () => {
    const { token } = await api.tokens.create({ sub: 'u_1', apis: ['openai'] })
    const reader = await readToken(served.access, token)
    expect([reader.read, [...reader.apis]]).toEqual([[], [['openai', {}]]])
    const budget = { requests: 5, windowSeconds: 60 }
    const other = await api.tokens.create({ sub: 'u_1', read: ['a'], apis: { stripe: budget } })
    expect([...(await readToken(served.access, other.token)).apis]).toEqual([['stripe', budget]])
  })

  test('a token is good for an hour where nothing else is said', async () => {
    const { expiresAt } = await api.tokens.create({ sub: 'u_1', read: ['users/u_1'] })
    expect(expiresAt).toBe('2026-01-31T13:00:00.000Z')
  })

  test('a token is no admin key', async () => {
    const { token } = await api.tokens.create({ sub: 'u_1', read: ['**'] })
    const headers = { authorization: `Bearer ${token}` }
    expect(await call(way, '/events', { headers })).toMatchObject({ status: 401 })
  })

  test.each([
    [{}],
    [{ sub: 'u_1' }],
    [{ sub: '', read: ['a'] }],
    [{ sub: 'u'.repeat(256), read: ['a'] }],
    [{ sub: 'u_1', read: [] }],
    [{ sub: 'u_1', read: ['a/**/b'] }],
    [{ sub: 'u_1', read: ['/a'] }],
    [{ sub: 'u_1', read: 'a' }],
    [{ sub: 'u_1', read: ['a'], expiresIn: 0 }],
    [{ sub: 'u_1', read: ['a'], expiresIn: 1.5 }],
    [{ sub: 'u_1', read: ['a'], expiresIn: '15m' }],
    [{ sub: 'u_1', read: ['a'], expiresIn: 1e9 }],
    [{ sub: 'u_1', apis: ['no name'] }],
    [{ sub: 'u_1', apis: { openai: { requests: 0 } } }],
    [{ sub: 'u_1', apis: { openai: { calls: 1 } } }],
    [{ sub: 'u_1', apis: new Array(51).fill('a') }],
    [{ sub: 'u_1', read: new Array(101).fill('a') }],
  ])('no token is made of %j', async (body) => {
    const answer = await call(way, '/tokens', { method: 'POST', body })
    expect(answer).toMatchObject({ status: 400, body: { code: 'payload_invalid' } })
    expect(JSON.stringify(answer.body)).not.toContain('"token"')
  })
})
