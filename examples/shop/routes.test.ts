/** The shop's own routes: what they answer, what they refuse, and what they ask of Stripe. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { until } from '../../src/client/testing/until.ts'
import app from './hookline.ts'

const shopUrl = 'http://127.0.0.1:4600'
const userId = 'u_0123456789abcdef0123456789abcdef'
const cookie = `hookline_shop=${userId}`
const secret = 'whsec_test_0123456789abcdefghijklmnop'
const adminKey = 'an-admin-key-for-tests-0123456789'

/** What stands for Stripe: notes what it was sent, and answers what a test wants. */
const stripe = {
  requests: [] as { path: string; headers: Record<string, unknown>; body: string }[],
  status: 200,
  answer: {} as object,
}
let server: Server
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hookline-shop-'))
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    stripe.requests.push({ path: request.url ?? '', headers: request.headers, body })
    response.writeHead(stripe.status).end(JSON.stringify(stripe.answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const database = join(folder, 'shop.db')
  await app.start({ database, adminKey, mode: 'test', missingSecret: () => secret })
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await app.stop(1_000)
  server.close()
  await rm(folder, { recursive: true })
})

beforeEach(() => {
  const { port } = server.address() as AddressInfo // it listens on TCP
  vi.stubEnv('STRIPE_API_BASE', `http://127.0.0.1:${port}`)
  vi.stubEnv('STRIPE_SECRET_KEY', 'sk_test_of_the_shop')
  Object.assign(stripe, { requests: [], status: 200, answer: { url: 'http://stripe/pay' } })
})

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return app.fetch(new Request(shopUrl + path, { headers }))
}

function post(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { cookie, 'sec-fetch-site': 'same-origin', ...init.headers }
  return app.fetch(new Request(shopUrl + path, { method: 'POST', ...init, headers }))
}

describe('the page', () => {
  test('gives a visitor an account that only this browser and no script can use', async () => {
    const given = (await get('/shop')).headers.get('set-cookie')
    expect(given).toMatch(
      /^hookline_shop=u_[0-9a-f]{32}; Path=\/shop; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
    )
    expect((await get('/shop')).headers.get('set-cookie')).not.toBe(given)
    expect((await get('/shop', { cookie })).headers.has('set-cookie')).toBe(false)
  })

  test('does not take an account that it has not given', async () => {
    for (const value of ['', 'u_1', `${userId}x`, '../users', 'u_*']) {
      const response = await get('/shop', { cookie: `hookline_shop=${value}` })
      expect(response.headers.has('set-cookie')).toBe(true)
      const refused = await post('/shop/token', { headers: { cookie: `hookline_shop=${value}` } })
      expect(refused.status).toBe(401)
    }
  })

  test('allows no script or style but files of its own server', async () => {
    const response = await get('/shop')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toMatch(/unsafe|http|\*/)
    expect(await response.text()).not.toMatch(/<script>|<style|style="| on\w+="|https?:/)
  })

  test('serves the files of its page and nothing beside them', async () => {
    for (const file of ['page.js', 'page.css', 'icon.svg']) {
      expect((await get(`/shop/${file}`)).status).toBe(200)
    }
    const others = ['hookline.ts', '..%2fhookline.ts', 'tsconfig.json', 'page.html', 'constructor']
    for (const file of others) expect((await get(`/shop/${file}`)).status).toBe(404)
    const elsewhere = await get('/elsewhere')
    expect(elsewhere.status).toBe(404)
    expect(elsewhere.headers.get('content-type')).toBe('application/problem+json')
  })

  test('is read with GET and acted on with POST', async () => {
    expect((await post('/shop')).status).toBe(404)
    expect((await get('/shop/checkout', { cookie })).status).toBe(405)
  })
})

describe('an action', () => {
  const actions = ['token', 'checkout', 'forge', 'resend', 'restart'].map((name) => `/shop/${name}`)

  test('is refused to the pages of other sites, and nothing is asked of Stripe', async () => {
    for (const action of actions) {
      const cases: Record<string, string>[] = [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { 'sec-fetch-site': '', origin: 'https://evil.example' },
        { 'sec-fetch-site': '', origin: 'null' },
      ]
      for (const headers of cases) expect((await post(action, { headers })).status).toBe(403)
    }
    expect(stripe.requests).toEqual([])
  })

  test('is refused to whom the shop does not know', async () => {
    for (const action of actions) {
      expect((await post(action, { headers: { cookie: '' } })).status).toBe(401)
    }
    expect(stripe.requests).toEqual([])
  })

  test('takes small JSON only', async () => {
    expect((await post('/shop/checkout', { body: '{' })).status).toBe(400)
    expect((await post('/shop/checkout', { body: '{'.repeat(1_025) })).status).toBe(413)
    expect((await post('/shop/checkout', { body: 'null' })).status).toBe(200)
  })

  test('gives a token that reads the own account and orders, and no others', async () => {
    const { token } = await (await post('/shop/token')).json()
    const read = async (path: string) => {
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
      return (await get(`/live/${path}`, headers)).status
    }
    expect(await read(`users/${userId}`)).toBe(200)
    expect(await read(`orders/${userId}/`)).toBe(200)
    for (const path of ['users/', 'users/u_2', 'orders/', 'orders/u_2/', 'hookline/']) {
      expect([path, await read(path)]).toEqual([path, 403])
    }
  })

  test('can give the browser a new account', async () => {
    const given = (await post('/shop/restart')).headers.get('set-cookie')
    expect(given).toMatch(/^hookline_shop=u_[0-9a-f]{32}; /)
    expect(given).not.toContain(userId)
  })
})

describe('a checkout', () => {
  test('tells Stripe whose payment it is and where to come back to', async () => {
    const response = await post('/shop/checkout', { body: '{"failOnce":true}' })
    expect(await response.json()).toEqual({ url: 'http://stripe/pay' })
    const [sent] = stripe.requests
    const form = new URLSearchParams(sent?.body)
    expect(sent?.path).toBe('/v1/checkout/sessions')
    expect(sent?.headers.authorization).toBe('Bearer sk_test_of_the_shop')
    expect(form.get('payment_intent_data[metadata][userId]')).toBe(userId)
    expect(form.get('payment_intent_data[metadata][failOnce]')).toBe('true')
    expect(form.get('line_items[0][price_data][unit_amount]')).toBe('999')
    expect(form.get('success_url')).toBe(`${shopUrl}/shop`)
    const orderId = form.get('payment_intent_data[metadata][orderId]')
    const order = await app.doc(`orders/${userId}/${orderId}`).get()
    expect(order).toMatchObject({ failOnce: true, startedAt: expect.any(Number) })
    expect(await app.doc(`users/${userId}`).get()).toBeUndefined()
  })

  test('says where nothing answers, and leaves no order behind', async () => {
    vi.stubEnv('STRIPE_API_BASE', 'http://127.0.0.1:1')
    const { token } = await (await post('/shop/token')).json()
    const orders = async () => {
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
      return (await (await get(`/live/orders/${userId}/`, headers)).json()).documents
    }
    const before = await orders()
    const response = await post('/shop/checkout')
    expect(response.status).toBe(502)
    expect((await response.json()).detail).toMatch(/does not answer at http:\/\/127.0.0.1:1\./)
    expect(await orders()).toEqual(before)
  })

  test("passes Stripe's own reason on where it refuses", async () => {
    Object.assign(stripe, { status: 401, answer: { error: { message: 'Invalid API Key.' } } })
    const response = await post('/shop/checkout')
    expect(response.status).toBe(502)
    expect((await response.json()).detail).toBe('Stripe refused with 401: Invalid API Key.')
  })
})

describe('an experiment', () => {
  test('passes on what the server answered to the forged event', async () => {
    stripe.answer = { id: 'evt_1', ok: false, status: 400, body: '{"code":"webhook_refused"}' }
    const response = await post('/shop/forge')
    expect(await response.json()).toEqual({ eventId: 'evt_1', status: 400, duplicate: false })
    const [sent] = stripe.requests
    expect(sent?.path).toBe('/_sandbox/forge')
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({
      type: 'payment_intent.succeeded',
      set: { 'data.object.metadata.userId': userId },
    })
  })

  test("sends again only the event of one's own order", async () => {
    await app.doc(`orders/${userId}/o_mine`).set({ eventId: 'evt_mine' })
    await app.doc('orders/u_2/o_theirs').set({ eventId: 'evt_theirs' })
    stripe.answer = { id: 'evt_mine', ok: true, status: 200, body: '{"duplicate":true}' }
    const response = await post('/shop/resend', { body: '{"orderId":"o_mine"}' })
    expect(await response.json()).toEqual({ eventId: 'evt_mine', status: 200, duplicate: true })
    expect(JSON.parse(stripe.requests[0]?.body ?? '')).toEqual({ source: 'stripe', id: 'evt_mine' })
    for (const orderId of ['o_theirs', '../u_2/o_theirs', '', 7]) {
      const refused = await post('/shop/resend', { body: JSON.stringify({ orderId }) })
      expect(refused.status).toBe(409)
    }
    expect(stripe.requests).toHaveLength(1)
  })
})

describe('a paid event', () => {
  test('without a user is stored, answered and changes nothing', async () => {
    const answer = await sendEvent('evt_none', {})
    expect(answer.status).toBe(200)
    const { id } = await answer.json()
    await until(async () => {
      const event = await get(`/api/v1/events/${id}`, { authorization: `Bearer ${adminKey}` })
      expect((await event.json()).status).toBe('done')
    })
    expect(await app.doc('users/undefined').get()).toBeUndefined()
  })

  test('of another shop unlocks, and its order carries the id of the event', async () => {
    const { id } = await (await sendEvent('evt_other', { userId: 'u_other' })).json()
    await until(async () => {
      expect(await app.doc('users/u_other').get()).toEqual({ unlocked: true })
      expect(await app.doc(`orders/u_other/${id}`).get()).toMatchObject({
        eventId: 'evt_other',
        receivedAt: expect.any(Number),
        fulfilledAt: expect.any(Number),
        fulfilledCount: 1,
        attempt: 1,
      })
    })
  })

  function sendEvent(id: string, metadata: object): Promise<Response> {
    const object = { id: 'pi_1', object: 'payment_intent', metadata }
    const type = 'payment_intent.succeeded'
    const payload = JSON.stringify({ id, object: 'event', type, livemode: false, data: { object } })
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret })
    return app.fetch(
      new Request(`${shopUrl}/webhooks/stripe`, {
        method: 'POST',
        headers: { 'stripe-signature': signature },
        body: payload,
      }),
    )
  }
})
