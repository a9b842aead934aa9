import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type RunningSandbox, startSandbox } from '../../sandbox/testing/start-sandbox.ts'
import { adminOf, call } from '../testing/admin-call.ts'
import { startServed, stripeSecret, type TestServed } from '../testing/served.ts'
import { openSocket, type Way } from '../testing/ways.ts'

let served: TestServed
let way: Way
let running: RunningSandbox

/** The sandbox posts to a socket, so these tests have one too. */
beforeEach(async () => {
  running = await startSandbox({ retryDelaysMs: [] })
  const started = await startServed()
  served = { ...started, server: { ...started.server, isDev: true, sandboxUrl: running.url } }
  // The sandbox signs with the time of this machine.
  started.pass(Date.now() - started.clock.now())
  way = await openSocket(served)
  register('stripe')
})
afterEach(async () => {
  await way.close()
  await served.close()
  await running.stop()
})

function register(name: string): void {
  const url = `${way.base}/webhooks/${name}`
  running.sandbox.setEndpoints([{ provider: 'stripe', url, secret: stripeSecret }])
}

const wish = { source: 'stripe', type: 'invoice.paid' }

test('the sources that would receive something are named, and no others', async () => {
  const { isRunning, providers } = await adminOf(way).sandbox.get()
  expect([isRunning, providers[0]?.sources]).toEqual([true, ['stripe']])
  register('github')
  expect((await adminOf(way).sandbox.get()).providers[0]?.sources).toEqual([])
})

test('what comes of each posting is told, with the event that was stored', async () => {
  const { data } = await adminOf(way).sandbox.play({ ...wish, scenario: 'repeated' })
  expect(data.map(({ outcome }) => outcome).sort()).toEqual(['known', 'known', 'stored'])
  const [id] = new Set(data.map(({ eventId }) => eventId))
  expect(await adminOf(way).events.get(id ?? '')).toMatchObject({ type: 'invoice.paid' })
})

test('a forged event is refused and stored nowhere', async () => {
  const { data } = await adminOf(way).sandbox.play({ ...wish, scenario: 'forged' })
  expect(data).toMatchObject([{ outcome: 'refused', status: 400, eventId: null }])
  expect((await adminOf(way).events.list()).data).toEqual([])
})

test('a purchase brings the events of a checkout', async () => {
  const bought = { product: 'Bait', amount: 900, userId: 'u_1', orderId: 'o_1' }
  const paid = await adminOf(way).sandbox.pay({ ...bought, card: 'pm_card_visa' })
  expect(paid.status).toBe('paid')
  expect(paid.data.map(({ type }) => type)).toContain('checkout.session.completed')
  expect(paid.data.every(({ eventId }) => eventId !== null)).toBe(true)
  const { data } = await adminOf(way).audit.list({ action: 'sandbox.send' })
  expect(data.map(({ subject }) => subject)).toEqual(['o_1'])
})

test('what the sandbox does not understand is refused with its own words', async () => {
  const body = { ...wish, scenario: 'explode' }
  const answer = await call(way, '/sandbox/play', { method: 'POST', body })
  expect(answer).toMatchObject({ status: 400, body: { code: 'payload_invalid' } })
  expect(JSON.stringify(answer.body)).toContain('The sandbox does not understand')
})

test('a sandbox that is gone is said so', async () => {
  await running.stop()
  expect(await call(way, '/sandbox')).toMatchObject({ status: 502 })
  running = await startSandbox()
})

describe.each([
  ['a server in production', { isDev: false }],
  ['a server that runs without a sandbox', { sandboxUrl: undefined }],
])('%s', (_, changed) => {
  beforeEach(async () => {
    await way.close()
    way = await openSocket({ ...served, server: { ...served.server, ...changed } })
  })

  test('has nothing behind these routes, and asks nobody', async () => {
    expect(await adminOf(way).sandbox.get()).toEqual({ isRunning: false, providers: [] })
    const body = { ...wish, scenario: 'once' }
    const answer = await call(way, '/sandbox/play', { method: 'POST', body })
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect((await adminOf(way).events.list()).data).toEqual([])
  })
})

test('who is no admin is told nothing', async () => {
  const headers = { authorization: 'Bearer somebody-who-has-no-admin-key' }
  expect(await call(way, '/sandbox', { headers })).toMatchObject({ status: 401 })
})
