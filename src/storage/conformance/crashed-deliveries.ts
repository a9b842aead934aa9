/** A lease that runs out is a crash: counted, tried apart from others, and at last parked. */
import { expect } from 'vitest'
import { poison } from '../claim.ts'
import type { Storage } from '../storage.ts'
import {
  accept,
  acceptMany,
  attemptsOf,
  changesOf,
  claim,
  claimOne,
  done,
  fail,
  keysOf,
  leaseMs,
  stateOf,
} from './sample.ts'
import type { Cases, TestClock } from './under-test.ts'

/** Claims everything and lets all leases run out. */
async function crash(storage: Storage, clock: TestClock): Promise<void> {
  await claim(storage)
  clock.timeMs += leaseMs
}

export const crashedDeliveries: Cases = {
  'a lease that ran out is a crashed attempt, and the next claim is the next attempt': async ({
    storage,
    clock,
  }) => {
    await accept(storage, 'k1')
    const first = await claimOne(storage)
    clock.timeMs += leaseMs
    const second = await claimOne(storage)
    expect(second).toMatchObject({ id: first.id, attempt: 2, tries: 2, crashes: 1 })
    expect(second.token).toBeGreaterThan(first.token)
    expect(await attemptsOf(storage, first.id)).toEqual(['1 crashed'])
    expect((await storage.stats()).crashed).toBe(1)
  },

  'of those that crashed no more are claimed than asked for': async ({ storage, clock }) => {
    await acceptMany(storage, 3)
    await crash(storage, clock)
    await accept(storage, 'fresh')
    expect(keysOf(await claim(storage, { suspects: 0 }))).toEqual(['fresh'])
    expect(await claim(storage, { suspects: 1 })).toMatchObject([{ crashes: 1 }])
    expect(await claim(storage, { suspects: 5 })).toHaveLength(2)
  },

  'a backlog of fresh ones does not hold back one that crashed': async ({ storage, clock }) => {
    const id = await accept(storage, 'old')
    await crash(storage, clock)
    await acceptMany(storage, 5, {}, 'new')
    const claimed = await claim(storage, { limit: 2, suspects: 1 })
    expect(claimed.map(({ event }) => event?.id)).toContain(id)
  },

  'crashed and fresh ones together stay within the limit': async ({ storage, clock }) => {
    await acceptMany(storage, 3, {}, 'old')
    await crash(storage, clock)
    await acceptMany(storage, 3, {}, 'new')
    expect(await claim(storage, { limit: 4 })).toHaveLength(4)
    expect(await claim(storage, { limit: 4 })).toHaveLength(2)
  },

  'a delivery that crashed too often in a row is parked as poison': async ({ storage, clock }) => {
    await accept(storage, 'k1')
    await crash(storage, clock)
    await crash(storage, clock)
    const { id } = await claimOne(storage)
    clock.timeMs += leaseMs
    expect(await claim(storage)).toEqual([])
    expect(await storage.delivery(id)).toMatchObject({
      state: 'parked',
      parkedOn: poison,
      attempts: 3,
      lastError: expect.stringContaining('process'),
    })
    expect(await attemptsOf(storage, id)).toEqual(['1 crashed', '2 crashed', '3 crashed'])
    const announced = await changesOf(storage, `hookline/deliveries/${id}`)
    expect(announced.map(({ data }) => data)).toEqual([
      expect.objectContaining({ state: 'parked', attempts: 3 }),
    ])
  },

  'a poisoned delivery is tried again when a person asks, with its crashes forgotten': async ({
    storage,
    clock,
  }) => {
    await accept(storage, 'k1')
    await crash(storage, clock)
    const { id } = await claimOne(storage)
    clock.timeMs += leaseMs
    await claim(storage, { crashesMax: 2 })
    expect(await stateOf(storage, id)).toBe('parked')
    await storage.requeueDelivery(id)
    expect(await claimOne(storage, { suspects: 0 })).toMatchObject({ crashes: 0, tries: 1 })
  },

  'poison holds up nobody else': async ({ storage, clock }) => {
    await acceptMany(storage, 2)
    const [first] = await claim(storage, { limit: 1 })
    clock.timeMs += leaseMs
    expect(keysOf(await claim(storage, { crashesMax: 1 }))).toEqual(['k2'])
    expect(await stateOf(storage, first?.id ?? '')).toBe('parked')
  },

  'an attempt that ended by itself ends the row of crashes': async ({ storage, clock }) => {
    await accept(storage, 'k1')
    await crash(storage, clock)
    await crash(storage, clock)
    await fail(storage, await claimOne(storage), clock.timeMs)
    await crash(storage, clock)
    const claimed = await claimOne(storage)
    expect(claimed).toMatchObject({ attempt: 5, tries: 5, crashes: 1 })
  },

  'the leases of other targets are left to those who have them': async ({ storage, clock }) => {
    await accept(storage, 'k1', { deliveries: [{ target: 'b', orderKey: null }] })
    const { id } = await claimOne(storage)
    clock.timeMs += leaseMs
    expect(await claim(storage, { targets: ['a'] })).toEqual([])
    expect(await stateOf(storage, id)).toBe('running')
    expect((await storage.stats()).crashed).toBe(0)
  },

  'a lease that holds is no crash, whatever others do': async ({ storage, clock }) => {
    await acceptMany(storage, 2)
    const [first] = await claim(storage, { limit: 1 })
    clock.timeMs += 1_000
    const [second] = await claim(storage, { limit: 1 })
    clock.timeMs += leaseMs - 1_000
    await claim(storage)
    expect(await attemptsOf(storage, first?.id ?? '')).toEqual(['1 crashed'])
    expect(await attemptsOf(storage, second?.id ?? '')).toEqual([])
    if (second) expect(await done(storage, second)).toEqual({ result: 'settled' })
  },
}
