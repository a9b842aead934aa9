import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { call } from '../testing/admin-call.ts'
import { settle } from '../testing/deliveries.ts'
import { acceptEvent, startServed, type TestServed } from '../testing/served.ts'
import { type Way, ways } from '../testing/ways.ts'

describe.each(ways)('/stats $name', ({ open }) => {
  let served: TestServed
  let way: Way
  beforeEach(async () => {
    served = await startServed()
    way = await open(served)
  })
  afterEach(async () => {
    await way.close()
    await served.close()
  })

  test('counts what is stored, what is open and how far behind it is', async () => {
    await acceptEvent(served)
    await acceptEvent(served)
    await settle(served, 'stripe/grant')
    await settle(served, 'stripe/grant', { outcome: 'failed', error: 'no user', retryAt: null })
    served.pass(1_500)
    const { status, body } = await call(way, '/stats')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      events: 2,
      deliveries: { ready: 2, running: 0, parked: 0, failed: 1, ended: 1 },
      oldestReadyMs: 1_500,
      conflicts: 0,
    })
  })

  test('one mode is counted without the other', async () => {
    await acceptEvent(served)
    const live = await call(way, '/stats?mode=live')
    expect(live.body).toMatchObject({ events: 0, deliveries: { ready: 0 }, oldestReadyMs: 0 })
    expect((await call(way, '/stats?mode=test')).body).toMatchObject({ events: 1 })
    expect((await call(way, '/stats?mode=both')).status).toBe(400)
  })
})
