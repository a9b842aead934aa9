import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from './base/clock.ts'
import { silentLog } from './base/log.ts'
import { hookline } from './hookline.ts'
import { stripe } from './providers/index.ts'
import { temporaryDatabase } from './storage/conformance/temporary-database.ts'
import { openStorage } from './storage/open.ts'

const secret = 'whsec_of_the_app_as_it_is_started'
const adminKey = 'an-admin-key-that-is-long-enough'
const headers = { authorization: `Bearer ${adminKey}` }

test('what an app does is counted, told to an admin, and kept when it stops', async () => {
  const database = await temporaryDatabase()
  const app = hookline({ sources: { stripe: stripe({ secrets: secret }) } })
  const { promise: handled, resolve } = Promise.withResolvers<void>()
  app.on('stripe', '*', () => resolve(), { name: 'record' })
  await app.start({ database, adminKey, masterKey: randomBytes(32), log: silentLog })
  onTestFinished(() => app.stop(0))
  const post = (key: string) => {
    const body = Buffer.from('{"id":"evt_1","type":"a.b","livemode":false}')
    const signed = stripe.sign(body, { secret: key, now: Math.floor(systemClock.now() / 1_000) })
    const request = { method: 'POST', headers: signed, body }
    return app.fetch(new Request('http://localhost/webhooks/stripe', request))
  }
  const get = (path: string) => app.fetch(new Request(`http://localhost${path}`, { headers }))
  expect((await post(secret)).status).toBe(200)
  expect((await post('whsec_of_somebody_else')).status).toBe(400)
  await handled
  const rejections = await (await get('/api/v1/rejections')).json()
  expect(rejections).toMatchObject({ data: [{ source: 'stripe', mode: 'test' }] })
  const text = await (await get('/metrics')).text()
  expect(text).toContain('hookline_received_total{source="stripe"} 1\n')
  expect(text).toContain('hookline_rejected_total{source="stripe"} 1\n')
  const logs = await (await get('/api/v1/logs?source=stripe&level=warn')).json()
  expect(logs).toMatchObject({ data: [{ message: 'refused a webhook' }] })
  await app.stop(5_000)
  const storage = await openStorage({ database, clock: systemClock })
  onTestFinished(() => storage.close())
  const span = { since: 0, until: Number.MAX_SAFE_INTEGER, limit: 10 }
  for (const [metric, label] of Object.entries({ received: 'stripe', done: 'stripe/record' })) {
    const kept = await storage.samples({ stepMs: 3_600_000, metric, ...span })
    expect(kept.map(({ label, count }) => [label, count])).toEqual([[label, 1]])
  }
})
