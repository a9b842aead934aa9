import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Admin } from '../../client/admin.ts'
import { adminOf, call } from '../testing/admin-call.ts'
import { claim, deliveryOf, settle } from '../testing/deliveries.ts'
import { acceptEvent, startServed, type TestServed } from '../testing/served.ts'
import { type Way, ways } from '../testing/ways.ts'

describe.each(ways)('/deliveries $name', ({ open }) => {
  let served: TestServed
  let way: Way
  let api: Admin
  let eventId: string
  beforeEach(async () => {
    served = await startServed()
    way = await open(served)
    api = adminOf(way)
    eventId = await acceptEvent(served)
  })
  afterEach(async () => {
    await way.close()
    await served.close()
  })

  const targetsOf = async (query: string) => {
    const { body } = await call(way, `/deliveries?${query}`)
    return (body as { data: { target: string }[] }).data.map(({ target }) => target).sort()
  }
  const failed = { outcome: 'failed', error: 'no user', retryAt: null } as const

  test('a delivery says whose it is, how often it was tried and what it waits for', async () => {
    await settle(served, 'stripe/grant', { outcome: 'parked', on: 'users/u_1' })
    const { id } = await deliveryOf(served, eventId, 'stripe/grant')
    const delivery = await api.deliveries.get(id)
    expect(delivery).toMatchObject({
      id,
      eventId,
      target: 'stripe/grant',
      source: 'stripe',
      handler: 'grant',
      orderKey: null,
      state: 'parked',
      attemptCount: 1,
      parkedOn: 'users/u_1',
      lastError: null,
      createdAt: '2026-01-31T12:00:00.000Z',
    })
    expect(delivery.attempts).toMatchObject([{ number: 1, outcome: 'parked' }])
  })

  test('each filter finds its deliveries and no others', async () => {
    await settle(served, 'stripe/grant', failed)
    const another = await acceptEvent(served, { source: 'github', type: 'issues' })
    expect(await targetsOf('state=failed')).toEqual(['stripe/grant'])
    expect(await targetsOf(`eventId=${another}`)).toEqual(['github/record'])
    expect(await targetsOf('target=stripe/record')).toEqual(['stripe/record'])
    expect(await targetsOf('handler=grant')).toEqual(['stripe/grant'])
    expect(await targetsOf('handler=record&source=github')).toEqual(['github/record'])
    expect(await targetsOf('handler=record&source=github&state=done')).toEqual([])
    expect(await targetsOf('handler=gone&source=stripe')).toEqual([])
    expect(await targetsOf('')).toHaveLength(3)
  })

  test.each([
    ['state=lost', 'Invalid option'],
    ['handler=record', 'several sources'],
    ['handler=nobody', 'There are: grant, record.'],
    ['source=stripe', 'without `handler`'],
    ['handler=grant&target=stripe/grant', 'both given'],
    ['event=x', 'known is state, eventId, target, handler, source, limit, cursor'],
  ])('a filter of %s is refused, and told why', async (query, why) => {
    const answer = await call(way, `/deliveries?${query}`)
    expect(answer).toMatchObject({ status: 400, body: { code: 'payload_invalid' } })
    expect(JSON.stringify(answer.body)).toContain(why)
  })

  test('pages follow one another', async () => {
    const first = await api.deliveries.list({ limit: 1 })
    const second = await api.deliveries.list({ limit: 1, cursor: first.next ?? '' })
    expect([...first.data, ...second.data].map(({ target }) => target)).toEqual([
      'stripe/record',
      'stripe/grant',
    ])
    expect(second.next).toBeNull()
  })

  test('a failed one is retried and is due at once', async () => {
    await settle(served, 'stripe/grant', failed)
    const { id } = await deliveryOf(served, eventId, 'stripe/grant')
    served.pass(5_000)
    expect(await api.deliveries.retry(id)).toMatchObject({
      state: 'ready',
      dueAt: '2026-01-31T12:00:05.000Z',
    })
    expect((await claim(served, 'stripe/grant')).attempt).toBe(2)
  })

  test('one that waits is cancelled and not run any more', async () => {
    const { id } = await deliveryOf(served, eventId, 'stripe/grant')
    expect(await api.deliveries.cancel(id)).toMatchObject({ state: 'cancelled' })
    await expect(claim(served, 'stripe/grant')).rejects.toThrow('Nothing is due')
  })

  test('one that runs or is done can be neither retried nor cancelled', async () => {
    await claim(served, 'stripe/grant')
    await settle(served, 'stripe/record')
    for (const [target, state] of [
      ['stripe/grant', 'running'],
      ['stripe/record', 'done'],
    ] as const) {
      const { id } = await deliveryOf(served, eventId, target)
      const refused = {
        code: 'delivery_state',
        status: 409,
        detail: expect.stringContaining(state),
      }
      await expect(api.deliveries.retry(id)).rejects.toMatchObject(refused)
      await expect(api.deliveries.cancel(id)).rejects.toMatchObject(refused)
      expect((await api.deliveries.get(id)).state).toBe(state)
    }
  })

  test('an id that nothing has is not found', async () => {
    for (const id of ['dlv_00000000000000000000000000', 'x', eventId]) {
      const missing = { code: 'not_found', status: 404 }
      await expect(api.deliveries.get(id)).rejects.toMatchObject(missing)
      await expect(api.deliveries.retry(id)).rejects.toMatchObject(missing)
      await expect(api.deliveries.cancel(id)).rejects.toMatchObject(missing)
    }
  })
})
