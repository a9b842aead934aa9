import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Admin } from '../../client/admin.ts'
import { adminOf, call } from '../testing/admin-call.ts'
import { settle } from '../testing/deliveries.ts'
import { acceptEvent, startedAt, startServed, type TestServed } from '../testing/served.ts'
import { type Way, ways } from '../testing/ways.ts'

describe.each(ways)('/events $name', ({ open }) => {
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

  const idsOf = async (query: object) => (await api.events.list(query)).data.map(({ id }) => id)

  test('an event is listed with its times in UTC and the status of its deliveries', async () => {
    const body = Buffer.from('{"id":"evt_7"}')
    const id = await acceptEvent(served, { body, dedupeKey: 'evt_7', occurredAt: startedAt - 1500 })
    const { data, next } = await api.events.list()
    expect(next).toBeNull()
    expect(data).toEqual([
      {
        id,
        source: 'stripe',
        type: 'payment_intent.succeeded',
        dedupeKey: 'evt_7',
        mode: 'test',
        receivedAt: '2026-01-31T12:00:00.000Z',
        occurredAt: '2026-01-31T11:59:58.500Z',
        bytes: 14,
        status: 'ready',
      },
    ])
  })

  test('pages follow one another, newest first, and miss and repeat nothing', async () => {
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.unshift(await acceptEvent(served))
    const seen: string[] = []
    let cursor: string | null | undefined
    do {
      const page = await api.events.list(cursor ? { limit: 2, cursor } : { limit: 2 })
      expect(page.data.length).toBeLessThanOrEqual(2)
      seen.push(...page.data.map(({ id }) => id))
      cursor = page.next
      if (seen.length === 2) await acceptEvent(served)
    } while (cursor)
    expect(seen).toEqual(ids)
  })

  test('a page has 50 events where none is asked for, and never over 200', async () => {
    for (let i = 0; i < 51; i++) await acceptEvent(served)
    expect((await api.events.list()).data).toHaveLength(50)
    expect((await api.events.list({ limit: 200 })).data).toHaveLength(51)
  })

  test('each filter finds its events and no others', async () => {
    const first = await acceptEvent(served, { dedupeKey: 'find_me_100%', deliveries: [] })
    served.pass(60_000)
    const second = await acceptEvent(served, { source: 'github', type: 'issues', mode: 'live' })
    expect(await idsOf({ source: 'stripe' })).toEqual([first])
    expect(await idsOf({ type: 'issues' })).toEqual([second])
    expect(await idsOf({ mode: 'live' })).toEqual([second])
    expect(await idsOf({ status: 'unhandled' })).toEqual([first])
    expect(await idsOf({ status: 'ready' })).toEqual([second])
    expect(await idsOf({ q: '100%' })).toEqual([first])
    expect(await idsOf({ q: '%' })).toEqual([first])
    expect(await idsOf({ q: second.slice(4) })).toEqual([second])
    expect(await idsOf({ since: '2026-01-31T12:01:00Z' })).toEqual([second])
    expect(await idsOf({ until: '2026-01-31T13:01:00+01:00' })).toEqual([first])
    expect(await idsOf({ source: 'nowhere' })).toEqual([])
  })

  test.each([
    'since=yesterday',
    'since=2026-01-31',
    'until=2026-02-30T00:00:00Z',
    'since=1769860800000',
    'since=2026-01-31T12:00:00+01:00',
    'mode=production',
    'status=lost',
    'q=',
    'q=%00',
    `q=${'x'.repeat(256)}`,
    'source=a&source=b',
  ])('a filter of %s is refused', async (query) => {
    const answer = await call(way, `/events?${query}`)
    expect(answer).toMatchObject({ status: 400, body: { code: 'payload_invalid' } })
  })

  test('one event has its headers, its bytes, and its deliveries with their attempts', async () => {
    const headers = [
      ['X-Twice', '1'],
      ['X-Twice', '2'],
    ] as const
    const id = await acceptEvent(served, { headers, body: Buffer.from('{"a":"é"}') })
    await settle(served, 'stripe/grant', { outcome: 'failed', error: 'no user', retryAt: null })
    const event = await api.events.get(id)
    expect(event).toMatchObject({ id, headers, body: '{"a":"é"}', status: 'failed', bytes: 10 })
    expect(Buffer.from(event.bodyBase64, 'base64').toString()).toBe('{"a":"é"}')
    expect(event.deliveries.map(({ target }) => target).sort()).toEqual([
      'stripe/grant',
      'stripe/record',
    ])
    const failed = event.deliveries.find(({ target }) => target === 'stripe/grant')
    expect(failed).toMatchObject({ source: 'stripe', handler: 'grant', state: 'failed' })
    expect(failed?.attempts).toMatchObject([
      { number: 1, outcome: 'failed', error: 'no user', startedAt: '2026-01-31T12:00:00.000Z' },
    ])
  })

  test('bytes that are not text are base64 only, and markup stays text inside JSON', async () => {
    const bytes = await acceptEvent(served, { body: Buffer.from([0, 0xff, 0xfe]) })
    expect(await api.events.get(bytes)).toMatchObject({ body: null, bodyBase64: 'AP/+' })
    const markup = '<script>alert(1)</script>'
    const id = await acceptEvent(served, { body: Buffer.from(markup) })
    const answer = await call(way, `/events/${id}`)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.body).toMatchObject({ body: markup })
  })

  test('an id that nothing has is not found', async () => {
    for (const id of ['evt_00000000000000000000000000', 'evt_1', 'x', '%27%20or%201=1', '%2e%2e']) {
      const answer = await call(way, `/events/${id}`)
      expect(answer, id).toMatchObject({ status: 404, body: { code: 'not_found' } })
      const replay = await call(way, `/events/${id}/replay`, { method: 'POST' })
      expect(replay, id).toMatchObject({ status: 404 })
    }
  })

  test('a replay makes new deliveries to all handlers of the event', async () => {
    const id = await acceptEvent(served)
    const { deliveries } = await api.events.replay(id)
    expect(deliveries.map(({ target }) => target)).toEqual(['stripe/grant', 'stripe/record'])
    expect((await api.events.get(id)).deliveries).toHaveLength(4)
    const bare = await call(way, `/events/${id}/replay`, { method: 'POST' })
    expect(bare.status, 'without a body').toBe(202)
  })

  test('a replay to named handlers makes deliveries to those alone', async () => {
    const id = await acceptEvent(served, { deliveries: [] })
    const { deliveries } = await api.events.replay(id, ['record'])
    expect(deliveries).toMatchObject([{ source: 'stripe', handler: 'record', eventId: id }])
    expect((await api.events.get(id)).deliveries).toHaveLength(1)
  })

  test('a replay to a handler that could not take the event makes nothing', async () => {
    const id = await acceptEvent(served, { type: 'charge.failed', deliveries: [] })
    for (const name of ['grant', 'nobody', 'stripe/record', '__proto__']) {
      const asked = api.events.replay(id, ['record', name])
      await expect(asked).rejects.toMatchObject({
        code: 'payload_invalid',
        detail: expect.stringContaining('There are: record.'),
      })
    }
    for (const handlers of [[], 'record', [1], null]) {
      const body = { handlers }
      const answer = await call(way, `/events/${id}/replay`, { method: 'POST', body })
      expect(answer).toMatchObject({ status: 400, body: { code: 'payload_invalid' } })
    }
    expect((await api.events.get(id)).deliveries).toEqual([])
  })
})
