import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../base/clock.ts'
import { startReceiver } from '../testing/receiver.ts'
import {
  type RunningSandbox,
  startSandbox,
  testSecret,
  verified,
} from '../testing/start-sandbox.ts'
import { userAgent } from './emit.ts'
import { apiVersion } from './objects/event.ts'
import { webhookEndpointsMax } from './objects/webhook-endpoint.ts'

let running: RunningSandbox
beforeEach(async () => {
  running = await startSandbox({ retryDelaysMs: [30, 30, 30] })
})
afterEach(() => running.stop())

const paid = { amount: 999, currency: 'usd', confirm: true, payment_method: 'pm_card_visa' }

describe('an event', () => {
  test('arrives signed, and the official SDK accepts the signature', async () => {
    const intent = await running.stripe.paymentIntents.create(
      { ...paid, metadata: { userId: 'u_1' } },
      { idempotencyKey: 'key_1' },
    )
    const [succeeded] = await running.eventsOf(
      'payment_intent.succeeded',
      'payment_intent.created',
      'charge.succeeded',
    )
    expect(succeeded).toEqual({
      id: expect.stringMatching(/^evt_[A-Za-z0-9]{24}$/),
      object: 'event',
      api_version: apiVersion,
      created: intent.created,
      data: { object: intent },
      livemode: false,
      pending_webhooks: 1,
      request: { id: intent.lastResponse.requestId, idempotency_key: 'key_1' },
      type: 'payment_intent.succeeded',
    })
  })

  test('carries the headers of Stripe, and a signature over its bytes alone', async () => {
    await running.stripe.customers.create({})
    await running.receiver.hasReceived(1)
    const [first] = running.receiver.received
    expect(first?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'user-agent': userAgent,
      'stripe-signature': expect.stringMatching(/^t=\d+,v1=[0-9a-f]{64}$/),
    })
    const signature = first?.headers['stripe-signature'] ?? ''
    const changed = Buffer.from(String(first?.body).replace('livemode', 'liveMode'))
    const check = (body: Buffer) => Stripe.webhooks.constructEvent(body, signature, testSecret)
    expect(check(first?.body ?? Buffer.alloc(0)).type).toBe('customer.created')
    expect(() => check(changed)).toThrow()
  })

  test('has the version that the SDK of the tests expects', () => {
    expect(Stripe.API_VERSION).toBe(apiVersion)
  })

  test('is sent again until it is accepted: the same bytes under a new signature', async () => {
    running.receiver.answerWith(500)
    let now = systemClock.now()
    const clock = { now: () => now }
    const endpoints = [
      { provider: 'stripe' as const, url: running.receiver.url, secret: testSecret },
    ]
    const other = await startSandbox({ clock, endpoints, retryDelaysMs: [30, 30] })
    await other.stripe.customers.create({})
    now += 2_000
    await running.receiver.hasReceived(2)
    running.receiver.answerWith(200)
    await running.receiver.hasReceived(3)
    const [first, second] = running.receiver.received
    expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true)
    expect(second?.headers['stripe-signature']).not.toBe(first?.headers['stripe-signature'])
    expect(running.receiver.received.map(verified).map(({ id }) => id)).toHaveLength(3)
    await other.stop()
    expect(running.receiver.received).toHaveLength(3)
  })

  test('is listed by type and time, and says how many endpoints still wait for it', async () => {
    running.receiver.answerWith(500)
    const { id } = await running.stripe.paymentIntents.create(paid)
    const only = await running.stripe.events.list({
      types: ['charge.succeeded', 'customer.created'],
    })
    expect(only.data.map(({ type }) => type)).toEqual(['charge.succeeded'])
    const { data } = await running.stripe.events.list({ type: 'payment_intent.*' })
    expect(data.map(({ type }) => type)).toEqual([
      'payment_intent.succeeded',
      'payment_intent.created',
    ])
    const [newest] = data
    expect(newest?.data.object).toMatchObject({ id })
    expect(newest?.pending_webhooks).toBe(1)
    const future = Math.floor(systemClock.now() / 1_000) + 60
    expect((await running.stripe.events.list({ created: { gte: future } })).data).toEqual([])
    running.receiver.answerWith(200)
    const { length } = running.receiver.received
    await running.receiver.hasReceived(length + 3)
    await expect
      .poll(async () => (await running.stripe.events.retrieve(newest?.id ?? '')).pending_webhooks)
      .toBe(0)
  })
})

describe('a webhook endpoint', () => {
  test('is created with a secret of its own and gets the types that it asked for', async () => {
    const mine = await startReceiver()
    const created = await running.stripe.webhookEndpoints.create({
      url: mine.url,
      enabled_events: ['customer.created'],
    })
    expect(created).toMatchObject({ object: 'webhook_endpoint', status: 'enabled', url: mine.url })
    expect(created.secret).toMatch(/^whsec_[A-Za-z0-9]{32}$/)
    await running.stripe.paymentIntents.create(paid)
    await running.stripe.customers.create({ name: 'Ann' })
    await mine.hasReceived(1)
    await running.receiver.hasReceived(4)
    const events = mine.received.map(({ body, headers }) =>
      Stripe.webhooks.constructEvent(body, headers['stripe-signature'] ?? '', created.secret ?? ''),
    )
    expect(events.map(({ type, pending_webhooks }) => [type, pending_webhooks])).toEqual([
      ['customer.created', 2],
    ])
    await mine.stop()
  })

  test('is listed without its secret, changed, switched off and deleted', async () => {
    const { webhookEndpoints } = running.stripe
    const url = running.receiver.url.replace('stripe', 'second')
    const { id } = await webhookEndpoints.create({ url, enabled_events: ['*'] })
    const { data } = await webhookEndpoints.list()
    expect(data.map((endpoint) => endpoint.url)).toEqual([url, running.receiver.url])
    expect(JSON.stringify(data)).not.toContain('whsec_')
    expect(await webhookEndpoints.retrieve(id)).not.toHaveProperty('secret')
    const off = await webhookEndpoints.update(id, { disabled: true, description: 'Off' })
    expect(off).toMatchObject({ status: 'disabled', description: 'Off' })
    await running.stripe.customers.create({})
    await webhookEndpoints.update(id, { disabled: false, enabled_events: ['customer.deleted'] })
    const { id: customer } = await running.stripe.customers.create({})
    await running.stripe.customers.del(customer)
    await running.receiver.hasReceived(4)
    const types = running.receiver.received.filter(({ path }) => path === '/webhooks/second')
    expect(types.map(({ body }) => JSON.parse(String(body)).type)).toEqual(['customer.deleted'])
    expect(await webhookEndpoints.del(id)).toEqual({
      id,
      object: 'webhook_endpoint',
      deleted: true,
    })
    await expect(webhookEndpoints.retrieve(id)).rejects.toMatchObject({ statusCode: 404 })
  })

  test.each(['https://example.com/hook', 'http://192.168.1.1/hook', 'ftp://127.0.0.1/', 'none'])(
    'can not be at %s',
    async (url) => {
      const create = running.stripe.webhookEndpoints.create({ url, enabled_events: ['*'] })
      await expect(create).rejects.toMatchObject({ param: 'url', code: 'url_invalid' })
      const { data } = await running.stripe.webhookEndpoints.list()
      const [{ id = '' } = {}] = data
      const update = running.stripe.webhookEndpoints.update(id, { url })
      await expect(update).rejects.toMatchObject({ param: 'url', code: 'url_invalid' })
    },
  )

  test('is one of at most so many', async () => {
    const create = () =>
      running.stripe.webhookEndpoints.create({ url: running.receiver.url, enabled_events: ['*'] })
    // The first takes the place of the given one, which has the same address.
    for (let i = 1; i <= webhookEndpointsMax; i++) await create()
    const { data } = await running.stripe.webhookEndpoints.list({ limit: 100 })
    expect(data).toHaveLength(webhookEndpointsMax)
    await expect(create()).rejects.toThrow(`${webhookEndpointsMax} webhook endpoints`)
  })
})
