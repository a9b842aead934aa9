import { argon2Sync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PasswordHash } from '../base/password.ts'
import {
  admitPassword,
  passwordAttemptEveryMs,
  passwordAttemptsMax,
  passwordChecksMax,
} from './auth/password.ts'
import { adminKey, startServed, type TestServed } from './testing/served.ts'
import { type Way, ways } from './testing/ways.ts'

const password = 'correct horse battery staple'
const passwordHash = cheapHash()

/** As strong as a test needs: the real costs would take most of a minute here. */
function cheapHash(): PasswordHash {
  const [memoryKib, passes, parallelism] = [64, 1, 1]
  const salt = Buffer.from('sixteen bytes ..')
  const costs = { memory: memoryKib, passes, parallelism, tagLength: 32 }
  const tag = argon2Sync('argon2id', { ...costs, message: password, nonce: salt })
  return { memoryKib, passes, parallelism, salt, tag }
}

describe.each(ways)('signing in with a password $name', ({ open }) => {
  let served: TestServed
  let way: Way
  beforeEach(async () => {
    served = await startServed()
    Object.assign(served.admin, { passwordHash })
    way = await open(served)
  })
  afterEach(async () => {
    await way.close()
    await served.close()
  })

  const post = (fields: Record<string, string>) =>
    way.fetch('/sign-in', { method: 'POST', body: new URLSearchParams(fields) })

  const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? ''

  test('the page asks for it, and the right one signs in', async () => {
    const form = await (await way.fetch('/sign-in')).text()
    expect(form).toContain('name="password" type="password"')
    const signedIn = await post({ password })
    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/'])
    const headers = { cookie: cookieOf(signedIn) }
    expect((await way.fetch('/api/v1/stats', { headers })).status).toBe(200)
  })

  test('a wrong one does not, nor does the hash or the admin key in its place', async () => {
    const salted = Buffer.from(passwordHash.tag).toString('base64')
    for (const wrong of ['', `${password}.`, salted, adminKey]) {
      const answer = await post({ password: wrong })
      expect(await answer.json()).toMatchObject({ code: 'admin_required', status: 401 })
      expect(answer.headers.get('set-cookie')).toBeNull()
    }
  })

  test('is no key of the API', async () => {
    const headers = { authorization: `Bearer ${password.replaceAll(' ', '')}` }
    expect((await way.fetch('/api/v1/stats', { headers })).status).toBe(401)
  })

  test('guessing ends soon, for the right one too, and an admin key still gets in', async () => {
    for (let i = 0; i < passwordAttemptsMax; i++) await post({ password: `guess ${i}` })
    for (const tried of ['one more guess', password]) {
      const answer = await post({ password: tried })
      expect(await answer.json()).toMatchObject({ code: 'too_many_attempts', status: 429 })
    }
    expect((await post({ key: adminKey })).status).toBe(303)
    served.pass(passwordAttemptEveryMs)
    expect((await post({ password })).status).toBe(303)
  })

  test('right ones are not counted', async () => {
    for (let i = 0; i <= passwordAttemptsMax; i++) {
      expect((await post({ password })).status).toBe(303)
    }
  })

  test('a new password ends the sessions of the old one, and leaves those of a key', async () => {
    const cookies = await Promise.all([post({ password }), post({ key: adminKey })])
    const statuses = () =>
      Promise.all(
        cookies.map(async (response) => {
          const headers = { cookie: cookieOf(response) }
          return (await way.fetch('/api/v1/stats', { headers })).status
        }),
      )
    expect(await statuses()).toEqual([200, 200])
    const changed = { ...passwordHash, tag: new Uint8Array(32) }
    Object.assign(served.admin, { passwordHash: changed })
    expect(await statuses()).toEqual([401, 200])
  })
})

test('many at one moment are not all checked, because each check takes much memory', async () => {
  const served = await startServed()
  Object.assign(served.admin, { passwordHash })
  const check = (address: string) => admitPassword(served, password, address)
  const answers = await Promise.allSettled(Array.from({ length: 9 }, (_, i) => check(`${i}`)))
  const right = answers.filter((answer) => answer.status === 'fulfilled' && answer.value)
  expect(right).toHaveLength(passwordChecksMax)
  expect(await check('afterwards')).toBe(true)
  await served.close()
})

test('without a hash there is no password to ask for, and none is right', async () => {
  const served = await startServed()
  const [open] = ways
  const way = await open?.open(served)
  expect(await (await way?.fetch('/sign-in'))?.text()).not.toContain('name="password"')
  const body = new URLSearchParams({ password: '' })
  expect((await way?.fetch('/sign-in', { method: 'POST', body }))?.status).toBe(401)
  await served.close()
})
