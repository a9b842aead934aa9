/** What a person may do with a delivery, from each of its states; and looking at deliveries. */
import { expect } from 'vitest'
import type { DeliveryState, Storage } from '../storage.ts'
import {
  accept,
  acceptMany,
  attemptsOf,
  changesOf,
  claim,
  claimOne,
  deliveryOf,
  done,
  fail,
  park,
  present,
  stateOf,
} from './sample.ts'
import { type Cases, startMs } from './under-test.ts'

const farMs = startMs + 3_600_000

/** Stores an event and brings its delivery into a state; `ready` is one that waits for a retry. */
async function deliveryIn(storage: Storage, state: DeliveryState): Promise<string> {
  await accept(storage, state)
  const lease = await claimOne(storage)
  if (state === 'ready') await fail(storage, lease, farMs)
  if (state === 'done') await done(storage, lease)
  if (state === 'failed' || state === 'cancelled') await fail(storage, lease)
  if (state === 'cancelled') await storage.cancelDelivery(lease.id)
  if (state === 'parked') await park(storage, lease, 'orders/o_1')
  expect(await stateOf(storage, lease.id)).toBe(state)
  return lease.id
}

export const requeuedDeliveries: Cases = {
  'a failed, parked, cancelled or waiting delivery is made due now': async ({ storage, clock }) => {
    for (const state of ['failed', 'parked', 'cancelled', 'ready'] as const) {
      const id = await deliveryIn(storage, state)
      clock.timeMs += 10
      const requeued = await storage.requeueDelivery(id)
      expect(requeued).toMatchObject({ id, state: 'ready', dueAt: clock.timeMs, parkedOn: null })
      expect(await claimOne(storage)).toMatchObject({ id, attempt: 2, tries: 1 })
    }
  },

  'a delivery that runs or is done is left as it is': async ({ storage }) => {
    for (const state of ['running', 'done'] as const) {
      const id = await deliveryIn(storage, state)
      const before = await storage.newestCursor()
      expect(await storage.requeueDelivery(id)).toBeUndefined()
      expect(await stateOf(storage, id)).toBe(state)
      expect(await storage.newestCursor()).toBe(before)
    }
  },

  'the attempts made so far stay recorded, and the change is announced': async ({ storage }) => {
    const id = await deliveryIn(storage, 'failed')
    await storage.requeueDelivery(id)
    expect(await attemptsOf(storage, id)).toEqual(['1 failed'])
    const announced = await changesOf(storage, `hookline/deliveries/${id}`)
    expect(announced.at(-1)?.data).toMatchObject({ state: 'ready', attempts: 1 })
  },

  'a delivery that nobody has is not made up': async ({ storage }) => {
    expect(await storage.requeueDelivery('dlv_00000000000000000000000000')).toBeUndefined()
  },
}

export const cancelledDeliveries: Cases = {
  'a waiting, parked or failed delivery ends for good': async ({ storage, clock }) => {
    for (const state of ['ready', 'parked', 'failed'] as const) {
      const id = await deliveryIn(storage, state)
      expect(await storage.cancelDelivery(id)).toMatchObject({ id, state: 'cancelled' })
      const announced = await changesOf(storage, `hookline/deliveries/${id}`)
      expect(announced.at(-1)?.data).toMatchObject({ state: 'cancelled' })
    }
    await storage.writeDocument({ kind: 'set', path: 'orders/o_1', data: {} })
    clock.timeMs = farMs
    expect(await claim(storage)).toEqual([])
  },

  'a delivery that runs, is done or is cancelled is left as it is': async ({ storage }) => {
    for (const state of ['running', 'done', 'cancelled'] as const) {
      const id = await deliveryIn(storage, state)
      expect(await storage.cancelDelivery(id)).toBeUndefined()
      expect(await stateOf(storage, id)).toBe(state)
    }
  },
}

export const listedDeliveries: Cases = {
  'deliveries come newest first, by event, state and target': async ({ storage }) => {
    const [first, second] = await acceptMany(storage, 2, {
      deliveries: [
        { target: 'a', orderKey: null },
        { target: 'b', orderKey: null },
      ],
    })
    await claim(storage, { limit: 1 })
    const list = async (filter: Parameters<Storage['deliveries']>[0]) =>
      (await storage.deliveries(filter, { limit: 10 })).data.map(
        ({ eventId, target }) => `${eventId === first ? 1 : 2}${target}`,
      )
    expect(await list({})).toEqual(['2b', '2a', '1b', '1a'])
    expect(await list({ eventId: present(second) })).toEqual(['2b', '2a'])
    expect(await list({ target: 'a' })).toEqual(['2a', '1a'])
    expect(await list({ state: 'running' })).toEqual(['1a'])
    expect(await list({ state: 'ready', target: 'a' })).toEqual(['2a'])
  },

  'no delivery is shown twice or left out while new ones arrive between pages': async ({
    storage,
  }) => {
    const ids = await acceptMany(storage, 7)
    const seen: string[] = []
    let cursor: string | null = null
    for (let i = 0; i < 10; i++) {
      const page = await storage.deliveries({}, { limit: 2, ...(cursor && { cursor }) })
      seen.push(...page.data.map(({ eventId }) => eventId))
      cursor = page.next
      if (cursor === null) break
      await accept(storage, `new${i}`)
    }
    expect(seen).toEqual(ids.reverse())
  },
}

export const oneDelivery: Cases = {
  'a delivery comes with its attempts in order': async ({ storage, clock }) => {
    const eventId = await accept(storage, 'k1')
    for (let i = 0; i < 11; i++) await fail(storage, await claimOne(storage), clock.timeMs)
    const { id } = await deliveryOf(storage, eventId)
    const found = present(await storage.delivery(id))
    expect(found.attempted.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  },

  'an id that nobody has gives undefined': async ({ storage }) => {
    expect(await storage.delivery('dlv_00000000000000000000000000')).toBeUndefined()
  },
}
