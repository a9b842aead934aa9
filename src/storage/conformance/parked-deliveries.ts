/** A parked delivery waits for one document, and is freed by the write that makes it appear. */
import { expect } from 'vitest'
import {
  accept,
  acceptMany,
  attemptsOf,
  claim,
  claimOne,
  done,
  keysOf,
  park,
  present,
} from './sample.ts'
import type { Cases } from './under-test.ts'

export const parkedDeliveries: Cases = {
  'a parked delivery waits without end and uses no attempt': async ({ storage, clock }) => {
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    expect(await park(storage, lease, 'orders/o_1')).toEqual({ result: 'settled' })
    clock.timeMs += 365 * 86_400_000
    expect(await claim(storage)).toEqual([])
    expect(await storage.delivery(lease.id)).toMatchObject({
      state: 'parked',
      parkedOn: 'orders/o_1',
      attempts: 1,
    })
    expect(await attemptsOf(storage, lease.id)).toEqual(['1 parked'])
  },

  'a delivery parked on a document that is there already runs again a second later': async ({
    storage,
    clock,
  }) => {
    await storage.writeDocument({ kind: 'set', path: 'orders/o_1', data: {} })
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    await park(storage, lease, 'orders/o_1')
    expect(await storage.delivery(lease.id)).toMatchObject({ state: 'ready', parkedOn: null })
    clock.timeMs += 999
    expect(await claim(storage)).toEqual([])
    clock.timeMs += 1
    expect(await claim(storage)).toHaveLength(1)
  },

  'a delivery parked on a deleted document waits until it is made again': async ({ storage }) => {
    await storage.writeDocument({ kind: 'set', path: 'orders/o_1', data: {} })
    await storage.writeDocument({ kind: 'delete', path: 'orders/o_1' })
    await accept(storage, 'k1')
    await park(storage, await claimOne(storage), 'orders/o_1')
    expect(await claim(storage)).toEqual([])
    await storage.writeDocument({ kind: 'set', path: 'orders/o_1', data: {} })
    expect(await claim(storage)).toHaveLength(1)
  },

  'the effect of another delivery frees it as well': async ({ storage }) => {
    await acceptMany(storage, 2)
    const [first, second] = await claim(storage)
    await park(storage, present(first), 'orders/o_1')
    await done(storage, present(second), [{ kind: 'set', path: 'orders/o_1', data: {} }])
    expect(keysOf(await claim(storage))).toEqual(['k1'])
  },
}

export const releasedByDocuments: Cases = {
  'the appearance of a document frees all that wait for it, at once': async ({
    storage,
    clock,
  }) => {
    await acceptMany(storage, 3)
    const leases = await claim(storage)
    await park(storage, present(leases[0]), 'orders/o_1')
    await park(storage, present(leases[1]), 'orders/o_2')
    await park(storage, present(leases[2]), 'orders/o_1')
    clock.timeMs += 1_000
    await storage.writeDocument({ kind: 'update', path: 'orders/o_1', patch: {} })
    expect(await storage.delivery(present(leases[0]).id)).toMatchObject({
      state: 'ready',
      dueAt: clock.timeMs,
      parkedOn: null,
    })
    expect(keysOf(await claim(storage))).toEqual(['k1', 'k3'])
  },

  'a document at another path frees nothing, be it above, below or nearly the same': async ({
    storage,
  }) => {
    await accept(storage, 'k1')
    await park(storage, await claimOne(storage), 'orders/o_1')
    for (const path of ['orders', 'orders/o_1/items', 'orders/o_10', 'orders/O_1']) {
      await storage.writeDocument({ kind: 'set', path, data: {} })
    }
    expect(await claim(storage)).toEqual([])
  },

  'a write that was not done frees nothing': async ({ storage }) => {
    await accept(storage, 'k1')
    await park(storage, await claimOne(storage), 'orders/o_1')
    await storage.writeDocument({ kind: 'set', path: 'orders/o_1', data: {}, ifVersion: 4 })
    await storage.writeDocument({ kind: 'delete', path: 'orders/o_1' })
    expect(await claim(storage)).toEqual([])
  },
}
