import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Admin } from '../../client/admin.ts'
import { receive } from '../../inbox/receive.ts'
import { stripe } from '../../providers/index.ts'
import { adminOf, call } from '../testing/admin-call.ts'
import { aSample } from '../testing/observed.ts'
import {
  acceptEvent,
  startedAt,
  startServed,
  stripeSecret,
  type TestServed,
} from '../testing/served.ts'
import { type Way, ways } from '../testing/ways.ts'

describe.each(ways)('/sources $name', ({ open }) => {
  let served: TestServed
  let way: Way
  let api: Admin
  beforeEach(async () => {
    served = await startServed()
    way = await open(served)
    api = adminOf(way)
  })
  afterEach(async () => {
    await way.close()
    await served.close()
  })

  async function send(source: string, headers: [string, string][]): Promise<void> {
    await receive(served.inbox, {
      source,
      method: 'POST',
      url: `http://localhost/webhooks/${source}`,
      headers,
      readBody: async () => Buffer.from('{"id":"evt_1","type":"charge.failed","livemode":false}'),
    })
  }

  test('a source says where it listens, who handles it and what is still missing', async () => {
    const { data, next } = await api.sources.list()
    expect(next).toBeNull()
    expect(data).toEqual([
      {
        name: 'stripe',
        provider: 'stripe',
        providerTitle: 'Stripe',
        mode: 'test',
        path: '/webhooks/stripe',
        handshake: 'waiting',
        connect: {
          steps: [
            { name: 'key', state: 'missing' },
            { name: 'endpoint', state: 'missing' },
            { name: 'secret', state: 'done' },
            { name: 'event', state: 'missing' },
          ],
          next: { step: 'key', what: 'Set STRIPE_SECRET_KEY: hookline connect stripe' },
        },
        hasSecret: true,
        secretNames: ['STRIPE_WEBHOOK_SECRET'],
        secrets: [],
        handlers: ['grant', 'record'],
        lastEvent: null,
        lastRejection: null,
        eventTypes: [],
        isQuiet: null,
        usualGapMs: null,
      },
      expect.objectContaining({ name: 'github', handshake: 'secret_missing', hasSecret: false }),
    ])
  })

  test('it is verified by its first event, and shows the last', async () => {
    const body = Buffer.from('{"id":"evt_1","type":"charge.failed","livemode":false}')
    const now = Math.floor(startedAt / 1000)
    await send('stripe', stripe.sign(body, { secret: stripeSecret, now }))
    expect(await api.sources.get('stripe')).toMatchObject({
      handshake: 'verified',
      lastEvent: { source: 'stripe', type: 'charge.failed', status: 'ready' },
      lastRejection: null,
    })
    const last = await acceptEvent(served)
    expect((await api.sources.get('stripe')).lastEvent?.id).toBe(last)
  })

  test('it says which types it sends, and which of them nobody handles', async () => {
    await acceptEvent(served, { source: 'github', type: 'issues' })
    await acceptEvent(served, { source: 'github', type: 'push' })
    served.pass(60_000)
    await acceptEvent(served, { source: 'github', type: 'push' })
    expect((await api.sources.get('github')).eventTypes).toEqual([
      { type: 'push', received: 2, lastAt: '2026-01-31T12:01:00.000Z', handled: false },
      { type: 'issues', received: 1, lastAt: '2026-01-31T12:00:00.000Z', handled: true },
    ])
  })

  test('it is quiet when it is silent for much longer than it used to be', async () => {
    const hourMs = 3_600_000
    const hours = [30, 28, 27, 26, 25, 24].map((ago) => startedAt - ago * hourMs)
    await served.storage.writeSamples(hours.map((at) => aSample(at, { at, stepMs: hourMs })))
    await acceptEvent(served, { receivedAt: startedAt - 24 * hourMs })
    expect(await api.sources.get('stripe')).toMatchObject({ isQuiet: true, usualGapMs: 2 * hourMs })
    await acceptEvent(served)
    expect(await api.sources.get('stripe')).toMatchObject({ isQuiet: false })
    expect(await api.sources.get('github')).toMatchObject({ isQuiet: null, usualGapMs: null })
  })

  test('a refused webhook is told with its reason, to the operator', async () => {
    await send('stripe', [['stripe-signature', `t=1,v1=${'0'.repeat(64)}`]])
    await send('github', [['x-hub-signature-256', `sha256=${'0'.repeat(64)}`]])
    const source = await call(way, '/sources/stripe')
    expect(source.body).toMatchObject({
      lastRejection: { source: 'stripe', at: '2026-01-31T12:00:00.000Z' },
    })
    const { body } = await call(way, '/rejections')
    expect(body).toMatchObject({
      data: [{ source: 'github', reason: 'secret_missing' }, { source: 'stripe' }],
      next: null,
    })
    const own = await call(way, '/rejections?source=github')
    expect(own.body).toMatchObject({ data: [{ source: 'github' }] })
  })

  test('no answer shows a secret, not in part', async () => {
    await send('stripe', [['stripe-signature', `t=1,v1=${'0'.repeat(64)}`]])
    for (const path of ['/sources', '/sources/stripe', '/rejections']) {
      const { body } = await call(way, path)
      expect(JSON.stringify(body)).not.toContain(stripeSecret.slice(6, 16))
    }
  })

  test('new refusals do not move the pages of the older ones', async () => {
    const refuse = () => send('stripe', [])
    for (let i = 0; i < 3; i++) await refuse()
    const ids = async (query: string) => {
      const { body } = await call(way, `/rejections?${query}`)
      const { data, next } = body as { data: { id: string }[]; next: string | null } // a list
      return { ids: data.map(({ id }) => id), next }
    }
    const all = (await ids('limit=9')).ids
    const first = await ids('limit=1')
    await refuse()
    const second = await ids(`limit=2&cursor=${first.next}`)
    expect([...first.ids, ...second.ids]).toEqual(all)
    expect([all.length, second.next]).toEqual([3, null])
  })

  test('sources come in pages too', async () => {
    const first = await api.sources.list({ limit: 1 })
    expect(first.data.map(({ name }) => name)).toEqual(['stripe'])
    const second = await api.sources.list({ limit: 1, cursor: first.next ?? '' })
    expect(second.data.map(({ name }) => name)).toEqual(['github'])
    expect(second.next).toBeNull()
  })

  test('a name that no source has is told the names there are', async () => {
    for (const name of ['strpe', '__proto__', 'constructor', '%2e%2e', 'x'.repeat(500)]) {
      const answer = await call(way, `/sources/${name}`)
      expect([404], name).toContain(answer.status)
    }
    await expect(api.sources.get('strpe')).rejects.toMatchObject({
      code: 'source_unknown',
      detail: expect.stringContaining('There are: stripe, github.'),
    })
  })
})
