/** Keeping a lease, losing it, and knowing when to look again. */
import { expect } from 'vitest'
import {
  accept,
  acceptMany,
  attemptsOf,
  claim,
  claimOne,
  done,
  fail,
  leaseMs,
  park,
  present,
} from './sample.ts'
import type { Cases } from './under-test.ts'

export const renewedLeases: Cases = {
  'a renewed lease holds for its new time, counted from now': async ({ storage, clock }) => {
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    clock.timeMs += leaseMs - 1
    expect(await storage.renewLeases([lease], leaseMs)).toEqual([])
    clock.timeMs += leaseMs - 1
    expect(await claim(storage)).toEqual([])
    expect(await done(storage, lease)).toEqual({ result: 'settled' })
  },

  'a lease that ran out is lost, also where nobody has taken it, and is not revived': async ({
    storage,
    clock,
  }) => {
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    clock.timeMs += leaseMs
    expect(await storage.renewLeases([lease], leaseMs)).toEqual([lease.id])
    expect(await claimOne(storage)).toMatchObject({ id: lease.id, crashes: 1 })
  },

  'a lease that another holds by now is lost, and is not extended for the other': async ({
    storage,
    clock,
  }) => {
    await accept(storage, 'k1')
    const stale = await claimOne(storage)
    clock.timeMs += leaseMs
    await claimOne(storage)
    clock.timeMs += leaseMs - 1
    expect(await storage.renewLeases([stale], leaseMs)).toEqual([stale.id])
    clock.timeMs += 1
    expect(await claim(storage)).toHaveLength(1)
  },

  'of several leases only the lost ones are named, and not those settled by their own attempt':
    async ({ storage }) => {
      await acceptMany(storage, 3)
      const leases = await claim(storage)
      await done(storage, present(leases[1]))
      const unknown = { id: 'dlv_00000000000000000000000000', token: 1 }
      expect(await storage.renewLeases([...leases, unknown], leaseMs)).toEqual([unknown.id])
    },

  'a lease lost to another is counted as fenced, and its crashed attempt becomes fenced': async ({
    storage,
    clock,
  }) => {
    await accept(storage, 'k1')
    const stale = await claimOne(storage)
    clock.timeMs += leaseMs
    await claimOne(storage)
    expect(await storage.renewLeases([stale], leaseMs)).toEqual([stale.id])
    expect(await attemptsOf(storage, stale.id)).toEqual(['1 fenced'])
    expect((await storage.stats()).fenced).toBe(1)
  },

  'a stale attempt is counted once, whether it renews, settles or does both': async ({
    storage,
    clock,
  }) => {
    await accept(storage, 'k1')
    const stale = await claimOne(storage)
    clock.timeMs += leaseMs
    await claimOne(storage)
    await Promise.all([storage.renewLeases([stale], leaseMs), done(storage, stale)])
    await done(storage, stale)
    expect((await storage.stats()).fenced).toBe(1)
  },

  'an attempt that comes back too late is fenced, also where nobody took it over before': async ({
    storage,
    clock,
  }) => {
    await accept(storage, 'k1')
    const stale = await claimOne(storage)
    clock.timeMs += leaseMs
    expect(await done(storage, stale)).toEqual({ result: 'fenced' })
    expect(await storage.renewLeases([stale], leaseMs)).toEqual([stale.id])
    expect(await attemptsOf(storage, stale.id)).toEqual(['1 fenced'])
    await done(storage, await claimOne(storage))
    expect(await attemptsOf(storage, stale.id)).toEqual(['1 fenced', '2 done'])
    expect((await storage.stats()).fenced).toBe(1)
  },

  'no leases are renewed without harm': async ({ storage }) => {
    expect(await storage.renewLeases([], leaseMs)).toEqual([])
  },
}

export const dueTimes: Cases = {
  'there is no next time where nothing is open': async ({ storage }) => {
    expect(await storage.dueInMs(['a'])).toBeUndefined()
    await acceptMany(storage, 3)
    const [first, second, third] = await claim(storage)
    await done(storage, present(first))
    await fail(storage, present(second))
    await park(storage, present(third), 'orders/o_1')
    expect(await storage.dueInMs(['a'])).toBeUndefined()
  },

  'the next time is the earliest due time or end of a lease': async ({ storage, clock }) => {
    await accept(storage, 'k1')
    expect(await storage.dueInMs(['a'])).toBe(0)
    const lease = await claimOne(storage)
    expect(await storage.dueInMs(['a'])).toBe(leaseMs)
    await fail(storage, lease, clock.timeMs + 500)
    await accept(storage, 'k2')
    await claimOne(storage)
    expect(await storage.dueInMs(['a'])).toBe(500)
  },

  'one that is held back by its order key is not due before its head has ended': async ({
    storage,
    clock,
  }) => {
    const deliveries = [{ target: 'a', orderKey: 'cus_1' }]
    await acceptMany(storage, 2, { deliveries })
    const lease = await claimOne(storage)
    expect(await storage.dueInMs(['a'])).toBe(leaseMs)
    await fail(storage, lease, clock.timeMs + 500)
    expect(await storage.dueInMs(['a'])).toBe(500)
    clock.timeMs += 500
    await park(storage, await claimOne(storage), 'orders/o_1')
    expect(await storage.dueInMs(['a'])).toBeUndefined()
  },

  'what has been due for long is due in no time, and not in less': async ({ storage, clock }) => {
    await accept(storage, 'k1')
    clock.timeMs += 60_000
    expect(await storage.dueInMs(['a'])).toBe(0)
  },

  'only the targets asked for count': async ({ storage }) => {
    await accept(storage, 'k1', { deliveries: [{ target: 'b', orderKey: null }] })
    expect(await storage.dueInMs(['a'])).toBeUndefined()
    expect(await storage.dueInMs([])).toBeUndefined()
    expect(await storage.dueInMs(['a', 'b'])).toBe(0)
  },
}
