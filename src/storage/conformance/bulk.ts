/** Many deliveries at once, and replays that are held up. */
import { expect } from 'vitest'
import type { BulkStorage } from '../bulk.ts'
import type { Storage } from '../storage.ts'
import { accept, acceptMany, claim, park, present } from './sample.ts'
import type { Cases } from './under-test.ts'

async function failAll(storage: Storage, errorOf: (i: number) => string): Promise<void> {
  for (const [i, lease] of (await claim(storage)).entries()) {
    const error = errorOf(i)
    await storage.settleDelivery(lease, { outcome: 'failed', error, retryAt: null })
  }
}

const noUser = (i: number) => `No such user: 'u_${i}x'\n    at grant (file.ts:${i})`
const until = Number.MAX_SAFE_INTEGER
const newestFirst = { limit: 50 }

const groupedDeliveries: Cases = {
  'dead letters of one kind are one group, whatever ids their errors name': async ({ storage }) => {
    await acceptMany(storage, 5)
    await accept(storage, 'b1', { deliveries: [{ target: 'b', orderKey: null }] })
    await failAll(storage, (i) => (i < 3 ? noUser(i) : 'It broke.'))
    const { groups, isWhole } = await storage.deliveryGroups('failed', 100)
    expect(groups.map(({ target, error, count }) => [target, error, count])).toEqual([
      ['a', "No such user: '…'", 3],
      ['a', 'It broke.', 2],
      ['b', 'It broke.', 1],
    ])
    expect(isWhole).toBe(true)
    expect(groups[0]?.lastError).toBe(noUser(2))
    const newest = await storage.delivery(present(groups[0]).deliveryId)
    expect([newest?.state, newest?.eventId]).toEqual(['failed', groups[0]?.eventId])
    expect((await storage.deliveryGroups('failed', 2)).isWhole).toBe(false)
    expect((await storage.deliveryGroups('parked', 100)).groups).toEqual([])
  },

  'parked ones are grouped by what they wait for': async ({ storage }) => {
    await acceptMany(storage, 3)
    for (const [i, lease] of (await claim(storage)).entries()) {
      await park(storage, lease, i < 2 ? `users/u_${i}` : 'orders/all')
    }
    const { groups } = await storage.deliveryGroups('parked', 100)
    expect(groups.map(({ error, count }) => [error, count])).toEqual([
      ['…', 2],
      ['orders/all', 1],
    ])
  },
}

const changedTogether: Cases = {
  'those of one group are due again, step by step, and no other': async ({ storage }) => {
    await acceptMany(storage, 7)
    await failAll(storage, (i) => (i % 2 === 0 ? noUser(i) : 'It broke.'))
    const selection = { state: 'failed', target: 'a', error: "No such user: '…'", until } as const
    const first = await storage.changeDeliveries(selection, 'retry', { after: 0, limit: 4 })
    expect(first).toEqual({ changed: 2, next: expect.any(Number) })
    const rest = { after: first.next ?? 0, limit: 4 }
    expect(await storage.changeDeliveries(selection, 'retry', rest)).toEqual({
      changed: 2,
      next: null,
    })
    const { data } = await storage.deliveries({ state: 'ready' }, newestFirst)
    expect(data.map(({ lastError }) => lastError?.slice(0, 12))).toEqual(
      Array(4).fill('No such user'),
    )
    expect((await storage.deliveries({ state: 'failed' }, newestFirst)).data).toHaveLength(3)
  },

  'they can be ended together, and what came to this state later is left': async ({
    storage,
    clock,
  }) => {
    await acceptMany(storage, 2)
    await failAll(storage, () => 'It broke.')
    const { updatedAt } = present((await storage.deliveries({}, newestFirst)).data[0])
    const selection = { state: 'failed', until: updatedAt - 60_000 } as const
    const step = { after: 0, limit: 10 }
    expect(await storage.changeDeliveries(selection, 'cancel', step)).toMatchObject({ changed: 0 })
    clock.timeMs += 10
    const all = { ...selection, until }
    expect(await storage.changeDeliveries(all, 'cancel', step)).toMatchObject({ changed: 2 })
    expect((await storage.deliveries({ state: 'cancelled' }, newestFirst)).data).toHaveLength(2)
  },
}

const toA = () => [{ target: 'a', orderKey: null }]

const pausedReplays: Cases = {
  'a replay that is paused waits, over a reopen, and goes on where it was': async ({
    storage,
    reopen,
  }) => {
    await acceptMany(storage, 4, { deliveries: [] })
    const { id } = await storage.createReplay({}, null)
    await storage.advanceReplay(2, toA)
    expect(await storage.pauseReplay(id)).toMatchObject({ state: 'paused', replayed: 2 })
    expect(await storage.pauseReplay(id)).toBeUndefined()
    const again = await reopen()
    expect(await again.advanceReplay(2, toA)).toBeUndefined()
    expect(await again.resumeReplay(id)).toMatchObject({ state: 'running' })
    expect(await again.resumeReplay(id)).toBeUndefined()
    expect(await again.advanceReplay(2, toA)).toMatchObject({ state: 'done', replayed: 4 })
    expect(await again.pauseReplay(id)).toBeUndefined()
  },

  'one that is paused lets the next one pass, and can be cancelled': async ({ storage }) => {
    await acceptMany(storage, 1, { deliveries: [] })
    const first = await storage.createReplay({}, null)
    const second = await storage.createReplay({}, null)
    await storage.pauseReplay(first.id)
    expect(await storage.advanceReplay(5, toA)).toMatchObject({ id: second.id, state: 'done' })
    expect(await storage.cancelReplay(first.id)).toMatchObject({ state: 'cancelled' })
    expect(await storage.resumeReplay(first.id)).toBeUndefined()
  },

  'a replay with a rate takes no more events than that, whoever advances it': async ({
    storage,
    openAnother,
  }) => {
    const other = await openAnother()
    await acceptMany(storage, 40, { deliveries: [] })
    const { id } = await storage.createReplay({}, null, 1)
    for (let i = 0; i < 5; i++) {
      await Promise.all([storage, other].map((each) => each.advanceReplay(20, toA)))
    }
    const replay = present(await storage.replay(id))
    expect(replay).toMatchObject({ perSecond: 1, state: 'running' })
    expect(replay.replayed).toBeLessThan(20)
  },
}

export const bulkCases: Record<keyof BulkStorage, readonly [Cases]> = {
  deliveryGroups: [groupedDeliveries],
  changeDeliveries: [changedTogether],
  pauseReplay: [pausedReplays],
  resumeReplay: [pausedReplays],
}

export const bulkCalls: { [Verb in keyof BulkStorage]: (s: Storage) => unknown } = {
  deliveryGroups: (s) => s.deliveryGroups('failed', 1),
  changeDeliveries: (s) =>
    s.changeDeliveries({ state: 'failed', until: 0 }, 'retry', { after: 0, limit: 1 }),
  pauseReplay: (s) => s.pauseReplay('x'),
  resumeReplay: (s) => s.resumeReplay('x'),
}
