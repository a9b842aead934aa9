/** Deliveries of one target with one order key run one at a time, and no other waits for them. */
import { expect } from 'vitest'
import type { NewEvent, Storage } from '../storage.ts'
import {
  accept,
  claim,
  claimOne,
  deliveryOf,
  done,
  fail,
  keysOf,
  leaseMs,
  park,
  present,
} from './sample.ts'
import type { Cases } from './under-test.ts'

function keyed(orderKey: string, target = 'a'): Partial<NewEvent> {
  return { deliveries: [{ target, orderKey }] }
}

async function acceptKeyed(storage: Storage, orderKey: string, dedupeKeys: string[]) {
  for (const dedupeKey of dedupeKeys) await accept(storage, dedupeKey, keyed(orderKey))
}

export const orderedDeliveries: Cases = {
  'one at a time is claimed of a key, in stored order': async ({ storage }) => {
    await acceptKeyed(storage, 'cus_1', ['k1', 'k2', 'k3'])
    const order: unknown[] = []
    for (let i = 0; i < 3; i++) {
      const claimed = await claimOne(storage)
      expect(await claim(storage)).toEqual([])
      order.push(claimed.event?.dedupeKey)
      await done(storage, claimed)
    }
    expect(order).toEqual(['k1', 'k2', 'k3'])
  },

  'a failing head holds back its own key and no other': async ({ storage, clock }) => {
    await acceptKeyed(storage, 'cus_1', ['k1', 'k2'])
    await acceptKeyed(storage, 'cus_2', ['k3'])
    await accept(storage, 'k4')
    await accept(storage, 'k5', keyed('cus_1', 'b'))
    await fail(storage, await claimOne(storage, { limit: 1 }), clock.timeMs + 1_000)
    expect(keysOf(await claim(storage))).toEqual(['k3', 'k4', 'k5'])
    clock.timeMs += 1_000
    expect(keysOf(await claim(storage))).toEqual(['k1'])
  },

  'a parked head holds back its key until it is freed': async ({ storage }) => {
    await acceptKeyed(storage, 'cus_1', ['k1', 'k2'])
    await park(storage, await claimOne(storage), 'orders/o_1')
    expect(await claim(storage)).toEqual([])
    await storage.writeDocument({ kind: 'set', path: 'orders/o_1', data: {} })
    expect(keysOf(await claim(storage))).toEqual(['k1'])
  },

  'a head that crashed stays the head': async ({ storage, clock }) => {
    await acceptKeyed(storage, 'cus_1', ['k1', 'k2'])
    await claimOne(storage)
    clock.timeMs += leaseMs
    expect(await claim(storage, { suspects: 0 })).toEqual([])
    expect(keysOf(await claim(storage))).toEqual(['k1'])
  },

  'a head that failed for good or was cancelled lets the next one go': async ({ storage }) => {
    await acceptKeyed(storage, 'cus_1', ['k1', 'k2'])
    const cancelled = await accept(storage, 'k3', keyed('cus_2'))
    await acceptKeyed(storage, 'cus_2', ['k4'])
    await storage.cancelDelivery((await deliveryOf(storage, cancelled)).id)
    const [first, fourth] = await claim(storage)
    expect(keysOf([present(first), present(fourth)])).toEqual(['k1', 'k4'])
    await fail(storage, present(first))
    expect(keysOf(await claim(storage))).toEqual(['k2'])
  },

  'a later one that is due earlier does not overtake': async ({ storage, clock }) => {
    await acceptKeyed(storage, 'cus_1', ['k1'])
    await fail(storage, await claimOne(storage), clock.timeMs + 5_000)
    await acceptKeyed(storage, 'cus_1', ['k2'])
    clock.timeMs += 4_999
    expect(await claim(storage)).toEqual([])
  },

  'an earlier one that is tried again waits until the one that runs has ended': async ({
    storage,
  }) => {
    await acceptKeyed(storage, 'cus_1', ['k1', 'k2', 'k3'])
    const first = await claimOne(storage)
    await fail(storage, first)
    const second = await claimOne(storage)
    await storage.requeueDelivery(first.id)
    expect(await claim(storage)).toEqual([])
    await done(storage, second)
    expect(keysOf(await claim(storage))).toEqual(['k1'])
  },

  'two processes that claim at the same time never run two of one key': async ({
    storage,
    openAnother,
  }) => {
    const other = await openAnother()
    const dedupeKeys = Array.from({ length: 12 }, (_, i) => `k${10 + i}`)
    await acceptKeyed(storage, 'cus_1', dedupeKeys)
    const order: unknown[] = []
    for (let i = 0; i < dedupeKeys.length; i++) {
      const claims = await Promise.all([storage, other, other].map((each) => claim(each)))
      const claimed = claims.flat()
      expect(claimed).toHaveLength(1)
      order.push(...keysOf(claimed))
      await done(other, present(claimed[0]))
    }
    expect(order).toEqual(dedupeKeys)
  },
}
