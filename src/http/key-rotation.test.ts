import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '../base/log.ts'
import { type Hookline, hookline } from '../hookline.ts'
import { stripe } from '../providers/index.ts'

const adminKey = 'an-admin-key-for-tests-0123456789'
const masterKey = new Uint8Array(32).fill(9)
const [first, second] = ['1', '2'].map((n) => `whsec_${n.repeat(32)}`) as [string, string]
const waitMsMax = 20_000

let directory: string
let apps: Hookline[]

/** Two processes on one database would be the same: they share nothing but the file. */
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hookline-rotation-'))
  const database = join(directory, 'hookline.db')
  apps = [1, 2].map(() => hookline({ sources: { stripe: stripe() } }) as unknown as Hookline)
  for (const app of apps) {
    await app.start({
      database,
      mode: 'test',
      log: silentLog,
      adminKey,
      masterKey,
      secretsOf: () => [],
    })
  }
})
afterEach(async () => {
  await Promise.all(apps.map((app) => app.stop(500)))
  rmSync(directory, { recursive: true })
})

async function admin(method: string, path: string, body: object): Promise<number> {
  const response = await apps[0]?.fetch(
    new Request(`http://localhost/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  )
  return response?.status ?? 0
}

let sent = 0
async function send(app: Hookline | undefined, secret: string): Promise<number> {
  const text = { id: `evt_${sent++}`, object: 'event', type: 'ping', livemode: false, data: {} }
  const body = Buffer.from(JSON.stringify(text))
  const headers = stripe.sign(body, { secret, now: Math.floor(Date.now() / 1000) })
  const url = 'http://localhost/webhooks/stripe'
  const response = await app?.fetch(new Request(url, { method: 'POST', headers, body }))
  return response?.status ?? 0
}

async function untilRefused(app: Hookline | undefined, secret: string): Promise<void> {
  const endsAt = performance.now() + waitMsMax
  while ((await send(app, secret)) === 200) {
    if (performance.now() > endsAt) throw new Error('The old secret is still good.')
    await wait(50)
  }
}

test('no webhook is refused while a secret is rotated, in this process or another', async () => {
  expect(await Promise.all(apps.map((app) => send(app, first)))).toEqual([400, 400])
  expect(await admin('PUT', '/keys/STRIPE_WEBHOOK_SECRET', { value: first })).toBe(200)
  const statuses: number[] = []
  let newest = first
  let isOver = false
  const senders = apps.flatMap((app) =>
    [() => newest, () => first].map(async (secret) => {
      while (!isOver) {
        statuses.push(await send(app, secret()))
        // A refusal waits for nothing, and would leave no turn to the rest of the test.
        await wait(0)
      }
    }),
  )
  await wait(150)
  const before = statuses.length
  const rotation = { value: second, graceMs: 60_000 }
  expect(await admin('POST', '/keys/STRIPE_WEBHOOK_SECRET/rotate', rotation)).toBe(200)
  newest = second
  await wait(300)
  isOver = true
  await Promise.all(senders)
  expect(before).toBeGreaterThan(20)
  expect(statuses.length - before).toBeGreaterThan(20)
  expect(statuses.filter((status) => status !== 200)).toEqual([])
})

async function read(path: string): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${adminKey}` }
  const response = await apps[0]?.fetch(new Request(`http://localhost/api/v1${path}`, { headers }))
  return Object(await response?.json())
}

test('a source shows both secrets of a rotation, and an event which verified it', async () => {
  await admin('PUT', '/keys/STRIPE_WEBHOOK_SECRET', { value: first })
  await admin('POST', '/keys/STRIPE_WEBHOOK_SECRET/rotate', { value: second, graceMs: 60_000 })
  await send(apps[0], first)
  const { secrets } = await read('/sources/stripe')
  const common = { origin: 'vault', name: 'STRIPE_WEBHOOK_SECRET', kind: 'Stripe webhook secret' }
  const fingerprint = expect.stringMatching(/^[0-9a-f]{12}$/)
  expect(secrets).toEqual([
    { ...common, fingerprint, goodUntil: null },
    { ...common, fingerprint, goodUntil: expect.stringMatching(/^\d{4}-/) },
  ])
  const [{ id }] = (await read('/events')).data as [{ id: string }]
  const event = await read(`/events/${id}`)
  const [, old] = secrets as [unknown, { fingerprint: string }]
  expect(event.verifiedWith).toEqual({
    ...{ position: 2, of: 2, origin: 'vault', name: 'STRIPE_WEBHOOK_SECRET' },
    fingerprint: old.fingerprint,
  })
  expect(JSON.stringify([secrets, event])).not.toMatch(/whsec_/)
})

test('the old secret is refused when its grace is over, and at once without one', async () => {
  await admin('PUT', '/keys/STRIPE_WEBHOOK_SECRET', { value: first })
  await admin('POST', '/keys/STRIPE_WEBHOOK_SECRET/rotate', { value: second, graceMs: 700 })
  expect(await Promise.all(apps.map((app) => send(app, first)))).toEqual([200, 200])
  for (const app of apps) await untilRefused(app, first)
  expect(await Promise.all(apps.map((app) => send(app, second)))).toEqual([200, 200])
  await admin('PUT', '/keys/STRIPE_WEBHOOK_SECRET', { value: first })
  expect(await send(apps[0], second)).toBe(400)
  await untilRefused(apps[1], second)
})

test('the use of a secret is noted, by the source that used it', async () => {
  await admin('PUT', '/keys/STRIPE_WEBHOOK_SECRET', { value: first })
  await send(apps[0], first)
  const headers = { authorization: `Bearer ${adminKey}` }
  const endsAt = performance.now() + waitMsMax
  let keys = ''
  while (!/"lastUsedAt":"\d/.test(keys) && performance.now() < endsAt) {
    await wait(100)
    const request = new Request('http://localhost/api/v1/keys', { headers })
    keys = (await (await apps[0]?.fetch(request))?.text()) ?? ''
  }
  expect(keys).toMatch(/"lastUsedAt":"\d/)
  const request = new Request('http://localhost/api/v1/audit?action=key.use', { headers })
  const text = await (await apps[0]?.fetch(request))?.text()
  expect(text).toContain('"actor":{"kind":"app","id":"source stripe"}')
})
