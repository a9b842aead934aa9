/** Claiming: who gets a delivery, when, and who must not. */
import { expect } from 'vitest'
import type { Storage } from '../storage.ts'
import {
  accept,
  acceptMany,
  claim,
  claimOne,
  deliveryOf,
  fail,
  keysOf,
  leaseMs,
  stateOf,
} from './sample.ts'
import type { Cases } from './under-test.ts'

/** Claims a few at a time until there is nothing left. */
async function claimAll(storage: Storage): Promise<string[]> {
  const ids: string[] = []
  for (;;) {
    const claimed = await claim(storage, { limit: 3 })
    if (claimed.length === 0) return ids
    ids.push(...claimed.map(({ id }) => id))
  }
}

export const claimedDeliveries: Cases = {
  'a claimed delivery comes with its event and counts its attempt before it runs': async ({
    storage,
    clock,
  }) => {
    const eventId = await accept(storage, 'k1')
    clock.timeMs += 5
    const claimed = await claimOne(storage)
    const { status, ...event } = (await storage.event(eventId)) ?? { status: undefined }
    expect(status).toBe('running')
    expect(claimed).toEqual({
      id: (await deliveryOf(storage, eventId)).id,
      target: 'a',
      token: 1,
      attempt: 1,
      tries: 1,
      crashes: 0,
      startedAt: clock.timeMs,
      event,
    })
    expect(await storage.delivery(claimed.id)).toMatchObject({ state: 'running', attempts: 1 })
  },

  'a delivery under a lease is not given to anyone else until the lease ends': async ({
    storage,
    clock,
    openAnother,
  }) => {
    await accept(storage, 'k1')
    await claimOne(storage)
    const other = await openAnother()
    clock.timeMs += leaseMs - 1
    expect([...(await claim(storage)), ...(await claim(other))]).toEqual([])
    clock.timeMs += 1
    expect(await claim(other)).toHaveLength(1)
  },

  'a lease outlives its process: it holds after the database is opened again': async ({
    storage,
    reopen,
  }) => {
    await accept(storage, 'k1')
    const { id } = await claimOne(storage)
    const again = await reopen()
    expect(await claim(again)).toEqual([])
    expect(await stateOf(again, id)).toBe('running')
  },

  'two processes that claim at the same time never get one delivery': async ({
    storage,
    openAnother,
  }) => {
    await acceptMany(storage, 60)
    const other = await openAnother()
    const claimers = [storage, other, storage, other].map(claimAll)
    const ids = (await Promise.all(claimers)).flat()
    expect(ids).toHaveLength(60)
    expect(new Set(ids).size).toBe(60)
  },

  'no more than the limit is claimed, the longest due first': async ({ storage, clock }) => {
    await acceptMany(storage, 3, {}, 'old')
    clock.timeMs += 1_000
    await acceptMany(storage, 3, {}, 'new')
    expect(keysOf(await claim(storage, { limit: 2 }))).toEqual(['old1', 'old2'])
    expect(keysOf(await claim(storage, { limit: 2 }))).toEqual(['old3', 'new1'])
    expect(await claim(storage, { limit: 0 })).toEqual([])
  },

  'only the targets asked for are claimed': async ({ storage }) => {
    await accept(storage, 'k1', { deliveries: [{ target: 'a', orderKey: null }] })
    await accept(storage, 'k2', { deliveries: [{ target: 'b', orderKey: null }] })
    expect(await claim(storage, { targets: ['c'] })).toEqual([])
    expect(await claim(storage, { targets: [] })).toEqual([])
    expect(keysOf(await claim(storage, { targets: ['b', 'c'] }))).toEqual(['k2'])
  },

  'a delivery is claimed at its due time and not a millisecond earlier': async ({
    storage,
    clock,
  }) => {
    await accept(storage, 'k1')
    await fail(storage, await claimOne(storage), clock.timeMs + 100)
    clock.timeMs += 99
    expect(await claim(storage)).toEqual([])
    clock.timeMs += 1
    expect(await claimOne(storage)).toMatchObject({ attempt: 2, tries: 2, token: 2, crashes: 0 })
  },

  'what is done, failed, parked or cancelled is never claimed': async ({ storage, clock }) => {
    await acceptMany(storage, 4)
    const [first, second, third, fourth] = await claim(storage)
    const settle = (lease: typeof first, how: Parameters<Storage['settleDelivery']>[1]) =>
      lease && storage.settleDelivery(lease, how)
    await settle(first, { outcome: 'done', effects: [], reads: [] })
    await settle(second, { outcome: 'failed', error: 'x', retryAt: null })
    await settle(third, { outcome: 'parked', on: 'orders/o_1' })
    await settle(fourth, { outcome: 'failed', error: 'x', retryAt: clock.timeMs + 1 })
    await storage.cancelDelivery(fourth?.id ?? '')
    clock.timeMs += 365 * 86_400_000
    expect(await claim(storage)).toEqual([])
  },

  'a delivery whose stored bytes are no longer those accepted comes without its event': async ({
    storage,
    sql,
  }) => {
    await acceptMany(storage, 2)
    await sql("update events set body = body_hash where dedupe_key = 'k1'")
    const claimed = await claim(storage)
    expect(keysOf(claimed)).toEqual([undefined, 'k2'])
  },

  'a delivery whose event is gone is claimed without it, and holds up nobody': async ({
    storage,
    sql,
  }) => {
    await acceptMany(storage, 2)
    await sql("delete from events where dedupe_key = 'k1'")
    expect(keysOf(await claim(storage))).toEqual([undefined, 'k2'])
  },
}
