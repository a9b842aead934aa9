import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type RunningSandbox, startSandbox } from '../testing/start-sandbox.ts'
import type { DeliveryReport, SentEvent, SentOnce } from './tools.ts'

let running: RunningSandbox
beforeEach(async () => {
  running = await startSandbox({ retryDelaysMs: [] })
})
afterEach(() => running.stop())

function post(path: string, body?: unknown, headers: Record<string, string> = {}) {
  const json = body === undefined ? null : JSON.stringify(body)
  return fetch(`${running.url}/_sandbox/${path}`, { method: 'POST', headers, body: json })
}

async function trigger(body: object): Promise<SentEvent[]> {
  const response = await post('trigger', body)
  expect(response.status).toBe(200)
  return ((await response.json()) as { data: SentEvent[] }).data
}

async function sentOnce(path: string, body?: unknown): Promise<SentOnce> {
  const response = await post(path, body)
  expect(response.status).toBe(200)
  return (await response.json()) as SentOnce
}

describe('trigger', () => {
  test('sends a signed event and answers with its id and what came of it', async () => {
    const set = { 'metadata.userId': 'u_7' }
    const [sent] = await trigger({ source: 'stripe', type: 'payment_intent.succeeded', set })
    expect(sent).toMatchObject({
      id: expect.stringMatching(/^evt_/),
      type: 'payment_intent.succeeded',
      deliveries: [{ ok: true, status: 200, body: '{"received":true}', attempt: 1, error: null }],
    })
    const [event] = running.events()
    expect(event?.id).toBe(sent?.id)
    expect(event?.data.object).toMatchObject({ metadata: { userId: 'u_7' } })
  })

  test('says what an endpoint answered that failed', async () => {
    running.receiver.answerWith(500)
    const [sent] = await trigger({ type: 'customer.created' })
    expect(sent?.deliveries).toMatchObject([{ ok: false, status: 500, nextAttemptAt: null }])
  })

  test('sends several, shuffled, each more than once', async () => {
    const body = { provider: 'stripe', type: 'charge.succeeded', times: 5, duplicate: 1 }
    const sent = await trigger({ ...body, shuffle: true })
    expect(sent).toHaveLength(10)
    const ids = running.events().map(({ id }) => id)
    expect(ids).toHaveLength(10)
    expect(new Set(ids)).toEqual(new Set(sent.map(({ id }) => id)))
    expect(new Set(ids).size).toBe(5)
  })

  test('lets a handler fetch the object that the event is about', async () => {
    await trigger({ type: 'payment_intent.succeeded', set: { 'metadata.userId': 'u_7' } })
    const [{ data: { object } = { object: {} } } = {}] = running.events()
    const { id } = object as { id: string }
    const intent = await running.stripe.paymentIntents.retrieve(id)
    expect(intent).toMatchObject({ status: 'succeeded', metadata: { userId: 'u_7' } })
    expect((await running.stripe.events.list()).data).toHaveLength(1)
  })

  test('sends to the source that is named, by the end of its path', async () => {
    const endpoints = ['stripe', 'stripe-eu'].map((name) => ({
      provider: 'stripe' as const,
      url: running.receiver.url.replace(/stripe$/, name),
      secret: 'whsec_of_both_sources_0123456789',
    }))
    running.sandbox.setEndpoints(endpoints)
    await trigger({ source: 'stripe-eu', type: 'customer.created' })
    await trigger({ source: 'stripe', type: 'customer.created' })
    expect(running.receiver.received.map(({ path }) => path)).toEqual([
      '/webhooks/stripe-eu',
      '/webhooks/stripe',
    ])
  })

  test('answers an empty list of deliveries where there is no endpoint', async () => {
    running.sandbox.setEndpoints([])
    expect(await trigger({ type: 'customer.created' })).toMatchObject([{ deliveries: [] }])
  })

  test.each([
    [{}, 'payload_invalid', 400],
    [{ type: 7 }, 'payload_invalid', 400],
    [{ type: 'a b' }, 'payload_invalid', 400],
    [{ type: 'x', times: 0 }, 'payload_invalid', 400],
    [{ type: 'x', times: 10_001 }, 'payload_invalid', 400],
    [{ type: 'x', times: 10_000, duplicate: 1 }, 'payload_invalid', 400],
    [{ type: 'x', set: { 'a..b': 1 } }, 'payload_invalid', 400],
    [{ type: 'x', source: 'paypal' }, 'source_unknown', 404],
  ])('refuses %j and sends nothing', async (body, code, status) => {
    const response = await post('trigger', body)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ code, status })
    expect(running.receiver.received).toEqual([])
  })
})

describe('forge', () => {
  test('sends an event like the last one under a new id and a wrong signature', async () => {
    await trigger({ type: 'payment_intent.succeeded', set: { 'metadata.userId': 'u_1' } })
    running.receiver.answerWith(400)
    const forged = await sentOnce('forge', { set: { 'metadata.userId': 'u_2' } })
    expect(forged).toMatchObject({ ok: false, status: 400, body: '{"received":true}' })
    const [genuine, second] = running.receiver.received
    expect(JSON.parse(String(second?.body))).toMatchObject({
      id: forged.id,
      data: { object: { metadata: { userId: 'u_2' } } },
    })
    expect(String(genuine?.body)).not.toContain(forged.id)
    expect(() => running.events()).toThrow('signature')
    expect((await running.stripe.events.list()).data).toHaveLength(1)
  })

  test('needs nothing sent before, and is never sent again', async () => {
    running.receiver.answerWith(400)
    expect(await sentOnce('forge')).toMatchObject({ type: 'payment_intent.succeeded', status: 400 })
    expect((await post('resend')).status).toBe(404)
    expect(running.receiver.received).toHaveLength(1)
  })
})

describe('resend', () => {
  test('sends the last event again, or the one that is named: the same bytes', async () => {
    const [one] = await trigger({ type: 'customer.created' })
    const [two] = await trigger({ type: 'payment_intent.succeeded' })
    expect(await sentOnce('resend')).toMatchObject({ id: two?.id, ok: true, status: 200 })
    expect(await sentOnce('resend', { id: one?.id })).toMatchObject({ id: one?.id })
    expect(await sentOnce('resend', { type: 'customer.created' })).toMatchObject({ id: one?.id })
    expect(running.events().map(({ id }) => id)).toEqual(
      [one, two, two, one, one].map((e) => e?.id),
    )
    const bodies = running.receiver.received.map(({ body }) => String(body))
    expect(bodies[3]).toBe(bodies[0])
  })

  test('says so where there is no such event, or nobody to send it to', async () => {
    expect((await post('resend', { id: 'evt_none' })).status).toBe(404)
    await trigger({ type: 'customer.created' })
    running.sandbox.setEndpoints([])
    const response = await post('resend')
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'not_found' })
  })
})

test('the log shows the attempts, newest first, and no secret', async () => {
  await trigger({ type: 'customer.created' })
  running.receiver.answerWith(302, { location: 'http://127.0.0.1:9/elsewhere' })
  await trigger({ type: 'customer.deleted' })
  const response = await fetch(`${running.url}/_sandbox/log`)
  const text = await response.text()
  const { data } = JSON.parse(text) as { data: DeliveryReport[] }
  expect(data.map(({ type, ok, status }) => [type, ok, status])).toEqual([
    ['customer.deleted', false, 302],
    ['customer.created', true, 200],
  ])
  expect(data[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  expect(text).not.toContain('whsec_')
  expect(running.receiver.received).toHaveLength(2)
})

describe('a web page from elsewhere', () => {
  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
  ])('with %j can not send events', async (headers) => {
    const response = await post('trigger', { type: 'customer.created' }, headers)
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'origin_refused' })
    expect(running.receiver.received).toEqual([])
  })

  test('can not use another name for this machine', async () => {
    const request = new Request('http://rebound.example/_sandbox/log')
    expect((await running.sandbox.fetch(request)).status).toBe(403)
    const own = new Request(`${running.url}/_sandbox/log`)
    expect((await running.sandbox.fetch(own)).status).toBe(200)
  })
})
