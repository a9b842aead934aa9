import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type RunningSandbox, startSandbox } from '../testing/start-sandbox.ts'
import type { Paid } from './pay.ts'
import type { SentEvent } from './tools.ts'

let running: RunningSandbox
beforeEach(async () => {
  running = await startSandbox({ retryDelaysMs: [] })
})
afterEach(() => running.stop())

function post(path: string, body: object, headers: Record<string, string> = {}) {
  const url = `${running.url}/_sandbox/${path}`
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
}

async function play(scenario: string, count?: number): Promise<readonly SentEvent[]> {
  const wish = { source: 'stripe', type: 'invoice.paid', scenario, count }
  const response = await post('play', wish)
  expect(response.status).toBe(200)
  return ((await response.json()) as { data: SentEvent[] }).data
}

test('the catalogue names what there is, and who would receive it', async () => {
  const response = await fetch(`${running.url}/_sandbox/catalogue`)
  const { data } = (await response.json()) as { data: readonly object[] }
  expect(data).toMatchObject([{ provider: 'stripe', endpoints: [{ url: running.receiver.url }] }])
  expect(JSON.stringify(data)).toContain('"checkout.session.completed"')
  expect(JSON.stringify(data)).not.toContain('whsec_')
  running.sandbox.setEndpoints([])
  const later = await fetch(`${running.url}/_sandbox/catalogue`)
  expect(await later.json()).toMatchObject({ data: [{ endpoints: [] }] })
})

describe('a scenario', () => {
  const idsThatCame = () => running.receiver.received.map(({ body }) => idOf(body))

  test('sends one event, once or three times', async () => {
    expect(await play('once')).toMatchObject([{ deliveries: [{ ok: true }] }])
    expect(idsThatCame()).toHaveLength(1)
    const sent = await play('repeated')
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1)
    expect(idsThatCame()).toHaveLength(4)
  })

  test('sends as many as are wished for, and shuffled each twice', async () => {
    await play('many', 7)
    expect(new Set(idsThatCame()).size).toBe(7)
    await play('shuffled', 7)
    expect(idsThatCame()).toHaveLength(21)
    expect(new Set(idsThatCame()).size).toBe(14)
  })

  test('forges one that no secret of the endpoint has signed', async () => {
    await play('forged')
    expect(() => running.events()).toThrow(/signature/)
  })

  test('sends the last one again, and says so where there is none', async () => {
    const wish = { source: 'stripe', type: 'invoice.paid', scenario: 'again' }
    expect((await post('play', wish)).status).toBe(404)
    await play('once')
    await play('again')
    const [first, second] = idsThatCame()
    expect(second).toBe(first)
  })

  test('is refused where it has no such name, no type, or too many events', async () => {
    const wish = { source: 'stripe', type: 'invoice.paid', scenario: 'once' }
    for (const wrong of [{ scenario: 'explode' }, { type: '<b>' }, { count: 1_001 }]) {
      expect((await post('play', { ...wish, ...wrong })).status).toBe(400)
    }
    expect(running.receiver.received).toHaveLength(0)
  })
})

describe('a purchase', () => {
  const wish = { product: 'Bait', amount: 900, userId: 'u_7', orderId: 'o_1' }

  async function pay(card: string): Promise<Paid> {
    return (await (await post('pay', { ...wish, card })).json()) as Paid
  }

  test('sends what a real checkout would, with who bought and what', async () => {
    const { status, message, events } = await pay('pm_card_visa')
    expect([status, message]).toEqual(['paid', null])
    const types = ['payment_intent.succeeded', 'checkout.session.completed']
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(types))
    expect(events.every(({ deliveries }) => deliveries[0]?.ok)).toBe(true)
    for (const event of await running.eventsOf(...types)) {
      const metadata = { userId: 'u_7', orderId: 'o_1' }
      expect(event.data.object).toMatchObject({ metadata })
    }
  })

  test('with a card that is declined says why, and nobody is told of a payment', async () => {
    const { status, message, events } = await pay('pm_card_chargeDeclined')
    expect([status, message]).toEqual(['declined', 'Your card was declined.'])
    const types = events.map(({ type }) => type)
    expect(types).toContain('payment_intent.payment_failed')
    expect(types).not.toContain('payment_intent.succeeded')
  })

  test('has no deliveries where nobody receives them', async () => {
    running.sandbox.setEndpoints([])
    const { status, events } = await pay('pm_card_visa')
    expect(status).toBe('paid')
    expect(events.flatMap(({ deliveries }) => deliveries)).toEqual([])
  })
})

test('a page of another site is refused', async () => {
  const wish = { source: 'stripe', type: 'invoice.paid', scenario: 'once' }
  const response = await post('play', wish, { origin: 'https://evil.example' })
  expect(response.status).toBe(403)
  expect(running.receiver.received).toHaveLength(0)
})

function idOf(body: string | Uint8Array): string {
  return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body)).id
}
