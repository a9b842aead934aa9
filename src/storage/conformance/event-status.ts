/** The status of an event is that of its deliveries, the worst first. */
import { expect } from 'vitest'
import type { DeliveryState, EventStatus, Storage } from '../storage.ts'
import { accept, claim, deliveryOf, done, fail, park } from './sample.ts'
import type { Cases } from './under-test.ts'

/** Stores an event whose deliveries are brought into these states. */
async function acceptIn(
  storage: Storage,
  dedupeKey: string,
  states: readonly DeliveryState[],
): Promise<string> {
  const deliveries = states.map((state, i) => ({
    target: `${dedupeKey}/${i}/${state}`,
    orderKey: null,
  }))
  const id = await accept(storage, dedupeKey, { deliveries })
  for (const { target } of deliveries) await bring(storage, target)
  return id
}

async function bring(storage: Storage, target: string): Promise<void> {
  const state = target.split('/')[2]
  if (state === 'ready') return
  const [lease] = await claim(storage, { targets: [target] })
  if (lease === undefined) throw new Error(`Nothing to claim for ${target}.`)
  if (state === 'done') await done(storage, lease)
  if (state === 'failed' || state === 'cancelled') await fail(storage, lease)
  if (state === 'cancelled') await storage.cancelDelivery(lease.id)
  if (state === 'parked') await park(storage, lease, 'orders/o_1')
}

const expected: readonly (readonly [EventStatus, readonly DeliveryState[]])[] = [
  ['unhandled', []],
  ['ready', ['ready']],
  ['running', ['running']],
  ['done', ['done']],
  ['failed', ['failed']],
  ['parked', ['parked']],
  ['done', ['cancelled']],
  ['done', ['done', 'cancelled']],
  ['parked', ['done', 'parked']],
  ['ready', ['parked', 'ready', 'done']],
  ['running', ['ready', 'running', 'parked']],
  ['failed', ['running', 'ready', 'parked', 'done', 'failed']],
]

export const eventStatus: Cases = {
  'the status of an event is that of its worst delivery': async ({ storage }) => {
    for (const [i, [status, states]] of expected.entries()) {
      const id = await acceptIn(storage, `k${i}`, states)
      expect([states, (await storage.event(id))?.status]).toEqual([states, status])
    }
  },

  'a replay makes good what had failed, and spoils what was done; other handlers stay': async ({
    storage,
  }) => {
    const targets = [{ target: 'a', orderKey: null }]
    const id = await accept(storage, 'k1', { deliveries: targets })
    for (const lease of await claim(storage)) await fail(storage, lease)
    const status = async () => (await storage.event(id))?.status
    expect(await status()).toBe('failed')
    await storage.replayEvent(id, targets)
    expect(await status()).toBe('ready')
    for (const lease of await claim(storage)) await done(storage, lease)
    expect(await status()).toBe('done')
    expect((await storage.events({ status: 'failed' }, { limit: 5 })).data).toEqual([])
    await storage.replayEvent(id, [{ target: 'b', orderKey: null }])
    for (const lease of await claim(storage)) await fail(storage, lease)
    expect(await status()).toBe('failed')
  },
}

export const filteredStatus: Cases = {
  'the filter status finds the events that have it, and no other': async ({ storage }) => {
    for (const [i, [, states]] of expected.entries()) await acceptIn(storage, `k${i}`, states)
    for (const status of new Set(expected.map(([each]) => each))) {
      const { data } = await storage.events({ status }, { limit: 50 })
      const wanted = expected.filter(([each]) => each === status).length
      expect([status, data.length]).toEqual([status, wanted])
      expect(await storage.countEvents({ status })).toBe(wanted)
      for (const event of data) expect(event.status).toBe(status)
    }
  },

  'an event that is handled again counts as ready until it is done': async ({ storage }) => {
    const id = await acceptIn(storage, 'k1', ['failed'])
    await storage.requeueDelivery((await deliveryOf(storage, id)).id)
    expect((await storage.event(id))?.status).toBe('ready')
  },
}
