/** Settling an attempt: the fence first, then the outcome. */
import { expect } from 'vitest'
import type { Settlement } from '../storage.ts'
import {
  accept,
  acceptMany,
  attemptsOf,
  changesOf,
  claim,
  claimOne,
  done,
  fail,
  leaseMs,
  present,
  stateOf,
} from './sample.ts'
import type { Cases } from './under-test.ts'

export const settledDeliveries: Cases = {
  'a done delivery is done, with its attempt recorded and announced': async ({
    storage,
    clock,
  }) => {
    const eventId = await accept(storage, 'k1')
    const lease = await claimOne(storage)
    clock.timeMs += 40
    expect(await done(storage, lease)).toEqual({ result: 'settled' })
    const settled = present(await storage.delivery(lease.id))
    expect(settled).toMatchObject({ state: 'done', attempts: 1, lastError: null })
    expect(settled.attempted).toEqual([
      {
        id: expect.stringMatching(/^att_/),
        deliveryId: lease.id,
        number: 1,
        startedAt: clock.timeMs - 40,
        endedAt: clock.timeMs,
        outcome: 'done',
        error: null,
      },
    ])
    const announced = await changesOf(storage, `hookline/deliveries/${lease.id}`)
    const stored = await storage.delivery(lease.id)
    const { createdAt, updatedAt } = stored ?? {}
    const { startedAt } = stored?.attempted[0] ?? {}
    const times = { createdAt, startedAt, updatedAt, dueAt: stored?.dueAt }
    const reasons = { error: null, parkedOn: null }
    expect(announced.map(({ data }) => data)).toEqual([
      { id: lease.id, eventId, target: 'a', state: 'done', attempts: 1, ...times, ...reasons },
    ])
  },

  'a failed attempt with a time to retry is ready at that time': async ({ storage, clock }) => {
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    await fail(storage, lease, clock.timeMs + 60_000)
    expect(await storage.delivery(lease.id)).toMatchObject({
      state: 'ready',
      dueAt: clock.timeMs + 60_000,
      lastError: 'It broke.',
      attempted: [{ outcome: 'failed', error: 'It broke.' }],
    })
  },

  'an attempt that failed or timed out with no time to retry is final': async ({ storage }) => {
    for (const outcome of ['failed', 'timed_out'] as const) {
      await accept(storage, outcome)
      const lease = await claimOne(storage)
      await storage.settleDelivery(lease, { outcome, error: 'Too late.', retryAt: null })
      expect(await stateOf(storage, lease.id)).toBe('failed')
      expect(await attemptsOf(storage, lease.id)).toEqual([`1 ${outcome}`])
    }
  },

  'a delivery that succeeds at last keeps no error': async ({ storage, clock }) => {
    await accept(storage, 'k1')
    await fail(storage, await claimOne(storage), clock.timeMs)
    const lease = await claimOne(storage)
    await done(storage, lease)
    expect(await storage.delivery(lease.id)).toMatchObject({ state: 'done', lastError: null })
    expect(await attemptsOf(storage, lease.id)).toEqual(['1 failed', '2 done'])
  },

  'a delivery handed back is due at once, and the attempt is not held against it': async ({
    storage,
  }) => {
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    expect(await storage.settleDelivery(lease, { outcome: 'released' })).toEqual({
      result: 'settled',
    })
    expect(await attemptsOf(storage, lease.id)).toEqual(['1 released'])
    expect(await storage.dueInMs(['a'])).toBe(0)
    expect(await claimOne(storage)).toMatchObject({ attempt: 2, tries: 1, crashes: 0 })
  },
}

export const fencedDeliveries: Cases = {
  'a stale worker is fenced: nothing of it is applied, and it is counted': async ({
    storage,
    clock,
  }) => {
    await accept(storage, 'k1')
    const stale = await claimOne(storage)
    clock.timeMs += leaseMs
    const fresh = await claimOne(storage)
    const effects = [{ kind: 'set', path: 'users/u_1', data: { paid: true } } as const]
    expect(await done(storage, stale, effects)).toEqual({ result: 'fenced' })
    expect(await storage.document('users/u_1')).toBeUndefined()
    expect(await stateOf(storage, fresh.id)).toBe('running')
    expect((await storage.stats()).fenced).toBe(1)
    expect(await done(storage, fresh)).toEqual({ result: 'settled' })
  },

  'the crashed attempt of a stale worker that comes back becomes fenced': async ({
    storage,
    clock,
  }) => {
    await accept(storage, 'k1')
    const stale = await claimOne(storage)
    clock.timeMs += leaseMs
    const fresh = await claimOne(storage)
    expect(await attemptsOf(storage, stale.id)).toEqual(['1 crashed'])
    await fail(storage, stale)
    expect(await attemptsOf(storage, stale.id)).toEqual(['1 fenced'])
    await done(storage, fresh)
    expect(await attemptsOf(storage, stale.id)).toEqual(['1 fenced', '2 done'])
  },

  'a lease that ran out is fenced, also where nobody has taken the delivery': async ({
    storage,
    clock,
  }) => {
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    clock.timeMs += leaseMs
    expect(await done(storage, lease)).toEqual({ result: 'fenced' })
    expect(await stateOf(storage, lease.id)).toBe('running')
    expect(await claimOne(storage)).toMatchObject({ attempt: 2 })
  },

  'a lease settles once: the second time is fenced and changes nothing': async ({ storage }) => {
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    const answers = await Promise.all([done(storage, lease), fail(storage, lease)])
    expect(answers).toEqual([{ result: 'settled' }, { result: 'fenced' }])
    expect(await stateOf(storage, lease.id)).toBe('done')
    expect(await attemptsOf(storage, lease.id)).toEqual(['1 done'])
  },

  'each outcome of a stale worker is fenced alike': async ({ storage, clock }) => {
    await acceptMany(storage, 3)
    const stale = await claim(storage)
    clock.timeMs += leaseMs
    const fresh = await claim(storage)
    const outcomes: Settlement[] = [
      { outcome: 'released' },
      { outcome: 'parked', on: 'orders/o_1' },
      { outcome: 'timed_out', error: 'x', retryAt: 0 },
    ]
    for (const [i, outcome] of outcomes.entries()) {
      const settled = await storage.settleDelivery(present(stale[i]), outcome)
      expect(settled).toEqual({ result: 'fenced' })
      expect(await stateOf(storage, present(fresh[i]).id)).toBe('running')
    }
    expect((await storage.stats()).fenced).toBe(3)
    expect(await claim(storage)).toEqual([])
  },

  'a delivery that nobody has is fenced': async ({ storage }) => {
    const lease = { id: 'dlv_00000000000000000000000000', token: 1 }
    expect(await done(storage, lease)).toEqual({ result: 'fenced' })
  },
}
