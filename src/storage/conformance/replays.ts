/** Handling stored events again: one event, or all that match a filter, resumably. */
import { expect } from 'vitest'
import type { NewDelivery } from '../storage.ts'
import { accept, acceptMany, claim, deliveryOf, done, keysOf, present } from './sample.ts'
import type { Cases } from './under-test.ts'

const toA = (): NewDelivery[] => [{ target: 'a', orderKey: null }]
const toAandB = (): NewDelivery[] => [...toA(), { target: 'b', orderKey: 'cus_1' }]

export const replayedEvents: Cases = {
  'a replayed event gets new deliveries, and the old ones stay as they are': async ({
    storage,
    clock,
  }) => {
    const id = await accept(storage, 'k1')
    const [first] = await claim(storage)
    await done(storage, present(first))
    clock.timeMs += 10
    const made = present(await storage.replayEvent(id, toAandB()))
    expect(
      made.map(({ target, orderKey, state, attempts, dueAt }) => ({
        target,
        orderKey,
        state,
        attempts,
        dueAt,
      })),
    ).toEqual([
      { target: 'a', orderKey: null, state: 'ready', attempts: 0, dueAt: clock.timeMs },
      { target: 'b', orderKey: 'cus_1', state: 'ready', attempts: 0, dueAt: clock.timeMs },
    ])
    expect(await storage.delivery(present(first).id)).toMatchObject({ state: 'done' })
    expect(keysOf(await claim(storage))).toEqual(['k1', 'k1'])
  },

  'an event that is gone gives undefined, and no delivery is made': async ({ storage }) => {
    expect(await storage.replayEvent('evt_00000000000000000000000000', toA())).toBeUndefined()
    expect((await storage.deliveries({}, { limit: 1 })).data).toEqual([])
  },

  'to no targets, nothing is made': async ({ storage }) => {
    const id = await accept(storage, 'k1', { deliveries: [] })
    expect(await storage.replayEvent(id, [])).toEqual([])
  },
}

export const createdReplays: Cases = {
  'a replay says how many events it will take': async ({ storage, clock }) => {
    await acceptMany(storage, 3, { deliveries: [] })
    await accept(storage, 'k9', { type: 'refund.made' })
    const replay = await storage.createReplay({ type: 'invoice.paid' }, null)
    expect(replay).toEqual({
      id: expect.stringMatching(/^rpl_/),
      state: 'running',
      matched: 3,
      replayed: 0,
      perSecond: null,
      filter: { type: 'invoice.paid' },
      targets: null,
      createdAt: clock.timeMs,
      updatedAt: clock.timeMs,
    })
    expect(await storage.replay(replay.id)).toEqual(replay)
  },
}

export const advancedReplays: Cases = {
  'each event that matches is replayed once, oldest first, a few at a time': async ({
    storage,
  }) => {
    await acceptMany(storage, 5, { deliveries: [] })
    await accept(storage, 'k9', { type: 'refund.made', deliveries: [] })
    const { id } = await storage.createReplay({ type: 'invoice.paid' }, null)
    expect(await storage.advanceReplay(2, toA)).toMatchObject({ id, replayed: 2, state: 'running' })
    expect(keysOf(await claim(storage))).toEqual(['k1', 'k2'])
    await storage.advanceReplay(2, toA)
    expect(await storage.advanceReplay(2, toA)).toMatchObject({ replayed: 5, state: 'done' })
    expect(keysOf(await claim(storage))).toEqual(['k3', 'k4', 'k5'])
    expect(await storage.advanceReplay(2, toA)).toBeUndefined()
  },

  'events that arrive after its creation are not replayed': async ({ storage }) => {
    await acceptMany(storage, 2, { deliveries: [] })
    await storage.createReplay({}, null)
    await acceptMany(storage, 2, { deliveries: [] }, 'late')
    expect(await storage.advanceReplay(10, toA)).toMatchObject({ replayed: 2, state: 'done' })
    expect(keysOf(await claim(storage))).toEqual(['k1', 'k2'])
  },

  'a replay goes on where it was after the database is opened again': async ({
    storage,
    reopen,
  }) => {
    await acceptMany(storage, 5, { deliveries: [] })
    await storage.createReplay({}, null)
    await storage.advanceReplay(3, toA)
    const again = await reopen()
    expect(await again.advanceReplay(3, toA)).toMatchObject({ replayed: 5, state: 'done' })
    expect(keysOf(await claim(again))).toEqual(['k1', 'k2', 'k3', 'k4', 'k5'])
  },

  'a step that fails leaves nothing, and the next one begins where it began': async ({
    storage,
  }) => {
    await acceptMany(storage, 4, { deliveries: [] })
    const { id } = await storage.createReplay({}, null)
    const failing = storage.advanceReplay(4, ({ dedupeKey }) => {
      if (dedupeKey === 'k3') throw new Error('No targets for this one.')
      return toA()
    })
    await expect(failing).rejects.toThrow('No targets for this one.')
    expect(await storage.replay(id)).toMatchObject({ replayed: 0, state: 'running' })
    expect(await claim(storage)).toEqual([])
    await storage.advanceReplay(10, toA)
    expect(await claim(storage)).toHaveLength(4)
  },

  'a replay to some targets leaves out the others': async ({ storage }) => {
    const id = await accept(storage, 'k1', { deliveries: [] })
    await storage.createReplay({}, ['b', 'c'])
    await storage.advanceReplay(10, toAandB)
    expect(await deliveryOf(storage, id)).toMatchObject({ target: 'b', orderKey: 'cus_1' })
  },

  'the targets are asked for with the event as it is stored': async ({ storage }) => {
    const id = await accept(storage, 'k1', { deliveries: [], mode: 'live' })
    await storage.createReplay({}, null)
    const asked: unknown[] = []
    await storage.advanceReplay(10, (event) => {
      asked.push(event)
      return []
    })
    const { status, ...stored } = present(await storage.event(id))
    expect(status).toBe('unhandled')
    expect(asked).toEqual([stored])
    expect((await storage.deliveries({}, { limit: 1 })).data).toEqual([])
  },

  'replays are worked off one after the other, the oldest first': async ({ storage }) => {
    await acceptMany(storage, 2, { deliveries: [] })
    const first = await storage.createReplay({}, null)
    const second = await storage.createReplay({}, null)
    expect(await storage.advanceReplay(5, toA)).toMatchObject({ id: first.id, state: 'done' })
    expect(await storage.advanceReplay(5, toA)).toMatchObject({ id: second.id, state: 'done' })
  },

  'two processes that advance one replay at the same time replay each event once': async ({
    storage,
    openAnother,
  }) => {
    const other = await openAnother()
    await acceptMany(storage, 12, { deliveries: [] })
    const { id } = await storage.createReplay({}, null)
    for (let i = 0; i < 5; i++) {
      await Promise.all([storage, other].map((each) => each.advanceReplay(2, toA)))
    }
    expect(await storage.replay(id)).toMatchObject({ replayed: 12 })
    expect((await storage.deliveries({}, { limit: 50 })).data).toHaveLength(12)
  },
}

export const cancelledReplays: Cases = {
  'a cancelled replay takes no more events, and what it has made stays': async ({ storage }) => {
    await acceptMany(storage, 4, { deliveries: [] })
    const { id } = await storage.createReplay({}, null)
    await storage.advanceReplay(2, toA)
    expect(await storage.cancelReplay(id)).toMatchObject({ state: 'cancelled', replayed: 2 })
    expect(await storage.advanceReplay(2, toA)).toBeUndefined()
    expect(await claim(storage)).toHaveLength(2)
  },

  'a replay that has ended can not be cancelled': async ({ storage }) => {
    const { id } = await storage.createReplay({}, null)
    await storage.advanceReplay(1, toA)
    expect(await storage.cancelReplay(id)).toBeUndefined()
    expect(await storage.replay(id)).toMatchObject({ state: 'done' })
    expect(await storage.cancelReplay('rpl_00000000000000000000000000')).toBeUndefined()
  },
}

export const listedReplays: Cases = {
  'replays come newest first, in pages': async ({ storage }) => {
    const made: string[] = []
    for (let i = 0; i < 3; i++) made.push((await storage.createReplay({}, null)).id)
    const first = await storage.replays({ limit: 2 })
    const rest = await storage.replays({ limit: 2, cursor: present(first.next) })
    expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(made.reverse())
    expect(rest.next).toBeNull()
  },
}

export const oneReplay: Cases = {
  'a replay tells how far it is, also after a reopen': async ({ storage, clock, reopen }) => {
    await acceptMany(storage, 3, { deliveries: [] })
    const { id, createdAt } = await storage.createReplay({}, null)
    clock.timeMs += 10
    await storage.advanceReplay(2, toA)
    expect(await (await reopen()).replay(id)).toEqual({
      id,
      state: 'running',
      matched: 3,
      replayed: 2,
      perSecond: null,
      filter: {},
      targets: null,
      createdAt,
      updatedAt: clock.timeMs,
    })
  },

  'an id that nobody has gives undefined': async ({ storage }) => {
    expect(await storage.replay('rpl_00000000000000000000000000')).toBeUndefined()
  },
}
