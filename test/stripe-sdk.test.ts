/**
 * The official Stripe SDK as the witness: it buys at the sandbox, and it signs events by itself.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../src/base/clock.ts'
import { silentLog } from '../src/base/log.ts'
import { connect } from '../src/client/index.ts'
import { hookline, stripe } from '../src/index.ts'
import { createSandbox, type Sandbox } from '../src/sandbox/sandbox.ts'
import { adminKey, secret } from './seams.ts'

const directory = mkdtempSync(join(tmpdir(), 'hookline-'))
const app = hookline({ sources: { stripe: stripe({ secrets: secret }) } })
const handled = new Map<string, number>()

app.on('stripe', 'payment_intent.succeeded', (event, tx) => {
  const { userId } = event.data.object.metadata
  tx.doc(`users/${userId}`).update({ unlocked: true, paid: event.data.object.amount })
})
app.on('stripe', 'checkout.session.completed', (event, tx) => {
  tx.doc(`carts/${event.data.object.client_reference_id}`).set({ state: 'paid' })
})
app.on('stripe', 'load.test', (_, tx) => {
  const { id } = tx.event
  handled.set(id, (handled.get(id) ?? 0) + 1)
  tx.doc(`load/${id}`).set({ handled: true })
})

let url: string
let sandbox: Sandbox
let sdk: Stripe
const server = createServer()

beforeAll(async () => {
  await app.start({ database: join(directory, 'test.db'), port: 0, adminKey, log: silentLog })
  url = (await app.listen()).url
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  sandbox = createSandbox({
    publicUrl: `http://127.0.0.1:${port}`,
    endpoints: [{ provider: 'stripe', url: `${url}/webhooks/stripe`, secret }],
    clock: systemClock,
    log: silentLog,
    send: fetch,
  })
  server.on('request', getRequestListener(sandbox.fetch, { overrideGlobalObjects: false }))
  sdk = new Stripe('sk_test_sandbox', { host: '127.0.0.1', port, protocol: 'http' })
})
afterAll(async () => {
  await sandbox.stop()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await app.stop(1_000)
  rmSync(directory, { recursive: true })
})

async function document<T>(path: string): Promise<T> {
  const token = await app.token({ sub: 'test', read: [path] })
  return await connect(url, { token }).waitFor<T>(path, () => true, { timeoutMs: 10_000 })
}

test('a payment intent that the SDK confirms arrives verified and is handled', async () => {
  const created = await sdk.paymentIntents.create({
    amount: 999,
    currency: 'usd',
    metadata: { userId: 'u_sdk' },
  })
  expect(created.status).toBe('requires_payment_method')
  const confirmed = await sdk.paymentIntents.confirm(created.id, { payment_method: 'pm_card_visa' })
  expect(confirmed.status).toBe('succeeded')
  expect(await document('users/u_sdk')).toEqual({ unlocked: true, paid: 999 })
})

test('a checkout session is paid on the hosted page and its event is handled', async () => {
  const session = await sdk.checkout.sessions.create({
    mode: 'payment',
    success_url: 'http://127.0.0.1/done?session_id={CHECKOUT_SESSION_ID}',
    client_reference_id: 'c_1',
    line_items: [
      {
        quantity: 1,
        price_data: { currency: 'usd', unit_amount: 999, product_data: { name: 'Unlock' } },
      },
    ],
    payment_intent_data: { metadata: { userId: 'u_cart' } },
  })
  const page = await (await fetch(session.url ?? '')).text()
  expect(page).toContain('$9.99')
  const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1] ?? ''
  const paid = await fetch(new URL(action, session.url ?? ''), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ card: '4242424242424242' }),
  })
  expect(paid.status).toBe(303)
  expect(paid.headers.get('location')).toContain(session.id)
  expect(await document('carts/c_1')).toEqual({ state: 'paid' })
  expect(await document('users/u_cart')).toMatchObject({ unlocked: true })
  expect((await sdk.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid')
})

test('of 10,000 events that the SDK signs, 10,000 are accepted and handled once', async () => {
  const events = 10_000
  const connections = 32
  let next = 0
  let accepted = 0
  const sendAll = async () => {
    while (next < events) {
      const payload = JSON.stringify({
        id: `evt_load_${next++}`,
        object: 'event',
        type: 'load.test',
        livemode: false,
        data: { object: {} },
      })
      const signature = sdk.webhooks.generateTestHeaderString({ payload, secret })
      const response = await fetch(`${url}/webhooks/stripe`, {
        method: 'POST',
        headers: { 'stripe-signature': signature },
        body: payload,
      })
      const answer = (await response.json()) as { duplicate: boolean }
      if (response.status === 200 && !answer.duplicate) accepted++
    }
  }
  await Promise.all(Array.from({ length: connections }, sendAll))
  expect(accepted).toBe(events)
  const stats = async () => {
    const headers = { authorization: `Bearer ${adminKey}` }
    return (await (await fetch(`${url}/api/v1/stats`, { headers })).json()) as {
      deliveries: Record<string, number>
    }
  }
  await expect
    .poll(
      async () => {
        const { ready, running } = (await stats()).deliveries
        return (ready ?? 0) + (running ?? 0)
      },
      { timeout: 60_000, interval: 100 },
    )
    .toBe(0)
  expect(handled.size).toBe(events)
  expect([...handled.values()].every((times) => times === 1)).toBe(true)
}, 120_000)
