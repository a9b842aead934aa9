/** Tokens that are none, or are for something else; and pages that may not call. */
import { SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { adminKey } from '../seams.ts'
import { attackedApp } from './attacked-app.ts'
import { soon } from './soon.ts'

const attacked = attackedApp()
const claims = { read: ['**'], apis: { openai: {} } }
const inAnHour = Math.floor(Date.now() / 1000) + 3_600

function unsigned(): string {
  return new UnsecuredJWT(claims)
    .setSubject('u_1')
    .setAudience('hookline/live')
    .setExpirationTime(inAnHour)
    .encode()
}

function signedBy(key: string, algorithm = 'HS256'): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm })
    .setSubject('u_1')
    .setAudience('hookline/live')
    .setExpirationTime(inAnHour)
    .sign(new TextEncoder().encode(key.padEnd(64, '.')))
}

/** Its claims say more than was signed. */
function tampered(token: string): string {
  const [header, , signature] = token.split('.')
  const payload = { ...claims, sub: 'admin', aud: 'hookline/live', exp: inAnHour }
  return [header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.')
}

/** Its header names another algorithm than signed it. */
function renamed(token: string, alg: string): string {
  const header = Buffer.from(JSON.stringify({ alg, typ: 'JWT' })).toString('base64url')
  return [header, ...token.split('.').slice(1)].join('.')
}

describe('a token is refused that', () => {
  const cases: [title: string, status: number, token: () => string | Promise<string>][] = [
    ['is not there', 401, () => ''],
    ['is no token', 401, () => 'sk-proj-123'],
    ['is signed by nobody', 401, unsigned],
    ['is signed by nobody, with a signature', 401, () => `${unsigned()}AAAA`],
    ['is signed with another key', 401, () => signedBy('another')],
    ['is signed with the admin key', 401, () => signedBy(adminKey)],
    ['is signed with nothing', 401, () => signedBy('')],
    ['is signed by another algorithm', 401, () => signedBy('another', 'HS512')],
    ['says that nobody signed it', 401, () => renamed(attacked.token(), 'none')],
    ['says that a key pair signed it', 401, () => renamed(attacked.token(), 'RS256')],
    ['has other claims than were signed', 401, () => tampered(attacked.token())],
    ['is cut', 401, () => attacked.token().slice(0, -4)],
    ['is the admin key', 401, () => adminKey],
    ['is for reading', 403, () => attacked.started.app.token({ sub: 'u_1', read: ['**'] })],
    ['is for another API', 403, () => attacked.started.app.token({ sub: 'u_1', apis: ['tight'] })],
    ['is for no API', 403, () => attacked.started.app.token({ sub: 'u_1', read: ['a'], apis: [] })],
    [
      'is for an API of a name like it',
      403,
      () => attacked.started.app.token({ sub: 'u', apis: ['openai-x'] }),
    ],
  ]
  test.each(cases)('%s: %i', async (_, status, make) => {
    const answer = await attacked.send({ headers: { authorization: `Bearer ${await make()}` } })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({
      code: status === 401 ? 'token_invalid' : 'token_forbidden',
    })
    expect(attacked.upstream.reached).toEqual([])
  })

  test('has expired', async () => {
    const token = await attacked.started.app.token({ sub: 'u_1', apis: ['openai'], expiresIn: 1 })
    const send = () => attacked.send({ headers: { authorization: `Bearer ${token}` } })
    await soon(async () => (await send()).status).toBe(401)
    attacked.upstream.reached.length = 0
    await send()
    expect(attacked.upstream.reached).toEqual([])
  })

  test.each([
    ['stands in the address', `?token=`, {}],
    ['stands in the address, under another name', `?access_token=`, {}],
    ['is a cookie', undefined, 'cookie'],
    ['is the password of a user', undefined, 'basic'],
  ])('%s', async (_, query, place) => {
    const token = attacked.token()
    const headers: Record<string, string> = { authorization: '' }
    if (place === 'cookie') headers.cookie = `token=${token}; authorization=Bearer ${token}`
    if (place === 'basic')
      headers.authorization = `Basic ${Buffer.from(`x:${token}`).toString('base64')}`
    const path = `/v1/chat/completions${query === undefined ? '' : query + token}`
    expect((await attacked.send({ path, headers })).status).toBe(401)
    expect(attacked.upstream.reached).toEqual([])
  })

  test('stands beside another one', async () => {
    const lines = ['Content-Length: 2', 'Authorization: Bearer another']
    expect((await attacked.sendRaw({ lines })).status).toBe(400)
    expect(attacked.upstream.reached).toEqual([])
  })
})

test.each([
  ['all of them', ['*']],
  ['a path', ['../openai']],
  ['one with a budget below zero', { openai: { requests: -1 } }],
  ['one with a budget that is none', { openai: { request: 5 } }],
  ['more than there can be', Array.from({ length: 51 }, (_, i) => `api-${i}`)],
])('no token is made for %s', async (_, apis) => {
  const made = attacked.started.app.token({ sub: 'u_1', apis: apis as string[] })
  await expect(made).rejects.toMatchObject({ code: 'payload_invalid' })
})

test('who may not call an API is not told whether it is there', async () => {
  const token = await attacked.started.app.token({ sub: 'u_1', apis: ['gone'] })
  const headers = { authorization: `Bearer ${token}` }
  const there = await (await attacked.send({ api: 'tight', headers })).text()
  const nowhere = await (await attacked.send({ api: 'nowhere', headers })).text()
  expect(there).toBe(nowhere)
  expect((await attacked.send({ api: 'gone', headers })).status).toBe(404)
})

describe('a page of another site may not call', () => {
  test.each(['https://evil.test', 'null', 'http://127.0.0.1', 'http://localhost.evil.test'])(
    '%s',
    async (origin) => {
      const answer = await attacked.send({ headers: { origin } })
      expect(answer.status).toBe(403)
      expect(await answer.json()).toMatchObject({ code: 'origin_refused' })
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      expect(attacked.upstream.reached).toEqual([])
    },
  )

  test('and is not told that it may', async () => {
    const asked = { 'access-control-request-method': 'POST', origin: 'https://evil.test' }
    const answer = await attacked.send({ method: 'OPTIONS', headers: asked })
    expect(answer.status).toBe(403)
    expect([...answer.headers.keys()].join()).not.toContain('access-control-allow')
  })

  test('while a page of this server may', async () => {
    const answer = await attacked.send({ headers: { origin: attacked.url } })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-origin')).toBe(attacked.url)
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  })
})
