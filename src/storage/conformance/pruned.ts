/** Finite retention: what goes, in which order, and what must stay. */
import { expect } from 'vitest'
import type { Pruned, PruneOptions, Storage } from '../storage.ts'
import {
  accept,
  acceptMany,
  claim,
  claimOne,
  done,
  fail,
  newEvent,
  park,
  present,
} from './sample.ts'
import { type Cases, startMs } from './under-test.ts'

function prune(storage: Storage, options: Partial<PruneOptions> = {}): Promise<Pruned> {
  return storage.prune({
    eventsBefore: 0,
    dedupeKeysBefore: 0,
    changesBefore: 0,
    limit: 1_000,
    ...options,
  })
}

const eventsBefore = startMs + 1

async function keysLeft(storage: Storage): Promise<string[]> {
  const { data } = await storage.events({}, { limit: 100 })
  return data.map(({ dedupeKey }) => dedupeKey).reverse()
}

export const prunedEvents: Cases = {
  'old events go with their deliveries and attempts; newer ones stay': async ({ storage, sql }) => {
    const id = await accept(storage, 'k1')
    const lease = await claimOne(storage)
    await done(storage, lease)
    await accept(storage, 'k2', { receivedAt: startMs + 1, deliveries: [] })
    expect(await prune(storage, { eventsBefore })).toMatchObject({ events: 1, dedupeKeys: 0 })
    expect(await storage.event(id)).toBeUndefined()
    expect(await storage.delivery(lease.id)).toBeUndefined()
    expect(await sql('select * from attempts')).toEqual([])
    expect(await keysLeft(storage)).toEqual(['k2'])
  },

  'an event that is still to be handled stays, however old': async ({ storage, clock }) => {
    await acceptMany(storage, 6)
    const [ready, running, isDone, failed, parked] = await claim(storage, { limit: 5 })
    await fail(storage, present(ready), clock.timeMs + 1)
    expect(running).toBeDefined()
    await done(storage, present(isDone))
    await fail(storage, present(failed))
    await park(storage, present(parked), 'orders/o_1')
    expect(await prune(storage, { eventsBefore })).toMatchObject({ events: 3 })
    expect(await keysLeft(storage)).toEqual(['k1', 'k2', 'k6'])
  },

  'an event of which one delivery is open stays with all of them': async ({ storage }) => {
    const id = await accept(storage, 'k1', {
      deliveries: [
        { target: 'a', orderKey: null },
        { target: 'b', orderKey: null },
      ],
    })
    await done(storage, await claimOne(storage, { targets: ['a'] }))
    expect(await prune(storage, { eventsBefore })).toMatchObject({ events: 0 })
    expect((await storage.deliveries({ eventId: id }, { limit: 5 })).data).toHaveLength(2)
  },

  'no more than the limit of each kind goes at a time': async ({ storage }) => {
    await acceptMany(storage, 5, { deliveries: [] })
    const options = { eventsBefore, changesBefore: eventsBefore, limit: 2 }
    expect(await prune(storage, options)).toMatchObject({ events: 2, changes: 2 })
    expect(await keysLeft(storage)).toEqual(['k3', 'k4', 'k5'])
    expect(await prune(storage, options)).toMatchObject({ events: 2, changes: 2 })
    expect(await prune(storage, options)).toMatchObject({ events: 1, changes: 0 })
    expect(await prune(storage, options)).toMatchObject({ events: 0, changes: 0 })
  },

  'a running replay never takes an event that arrived after it, also when all before are gone':
    async ({ storage }) => {
      await acceptMany(storage, 3, { deliveries: [] })
      await storage.createReplay({}, null)
      expect(await prune(storage, { eventsBefore })).toMatchObject({ events: 3 })
      await acceptMany(storage, 2, { deliveries: [] }, 'late')
      const toA = () => [{ target: 'a', orderKey: null }]
      expect(await storage.advanceReplay(10, toA)).toMatchObject({ replayed: 0, state: 'done' })
      expect(await claim(storage)).toEqual([])
    },

  'an event from a clock that was ahead does not keep others from being pruned': async ({
    storage,
  }) => {
    await accept(storage, 'k1', { deliveries: [] })
    await accept(storage, 'ahead', { deliveries: [], receivedAt: startMs * 2 })
    await acceptMany(storage, 4, { deliveries: [] }, 'later')
    await accept(storage, 'young', { deliveries: [], receivedAt: startMs + 1 })
    for (let i = 0; i < 4; i++) await prune(storage, { eventsBefore, limit: 2 })
    expect(await keysLeft(storage)).toEqual(['ahead', 'young'])
  },

  'where nothing is old enough nothing goes': async ({ storage }) => {
    await acceptMany(storage, 2, { deliveries: [] })
    expect(await prune(storage, { eventsBefore: startMs, changesBefore: startMs })).toEqual({
      events: 0,
      dedupeKeys: 0,
      dedupeKeysFrom: null,
      changes: 0,
      once: 0,
    })
    expect(await keysLeft(storage)).toEqual(['k1', 'k2'])
  },
}

export const prunedKeys: Cases = {
  'a repeat is refused after its event was pruned, and is no conflict then': async ({
    storage,
    reopen,
  }) => {
    const id = await accept(storage, 'k1', { deliveries: [] })
    await prune(storage, { eventsBefore })
    const again = await reopen()
    const [answer] = await again.acceptEvents([newEvent('k1', { body: Buffer.from('other') })])
    expect(answer).toEqual({ id, duplicate: true, conflict: false })
    expect(await again.countEvents({})).toBe(0)
  },

  'a key that was pruned is forgotten: the event is new again': async ({ storage }) => {
    await accept(storage, 'k1', { deliveries: [] })
    const options = { eventsBefore, dedupeKeysBefore: eventsBefore }
    expect(await prune(storage, options)).toMatchObject({ events: 1, dedupeKeys: 1 })
    const [answer] = await storage.acceptEvents([newEvent('k1')])
    expect(answer).toMatchObject({ duplicate: false })
  },

  'a key stays as long as its event does, however old': async ({ storage }) => {
    const id = await accept(storage, 'k1')
    const options = { eventsBefore, dedupeKeysBefore: eventsBefore }
    expect(await prune(storage, options)).toMatchObject({ events: 0, dedupeKeys: 0 })
    expect(await storage.acceptEvents([newEvent('k1')])).toMatchObject([{ id, duplicate: true }])
    await done(storage, await claimOne(storage))
    expect(await prune(storage, options)).toMatchObject({ events: 1, dedupeKeys: 1 })
  },

  'the walk over the keys visits each once, a few at a time, and says when it ends': async ({
    storage,
  }) => {
    await acceptMany(storage, 5, { deliveries: [] }, 'old')
    await accept(storage, 'old9', { deliveries: [], source: 'github' })
    await acceptMany(storage, 2, { deliveries: [], receivedAt: startMs + 1 }, 'new')
    await prune(storage, { eventsBefore })
    const removed: number[] = []
    let dedupeKeysFrom: Pruned['dedupeKeysFrom'] = null
    for (let i = 0; i < 10; i++) {
      const options = { eventsBefore, dedupeKeysBefore: eventsBefore, limit: 3, dedupeKeysFrom }
      const pruned = await prune(storage, options)
      removed.push(pruned.dedupeKeys)
      dedupeKeysFrom = pruned.dedupeKeysFrom
      if (dedupeKeysFrom === null) break
    }
    expect(removed.reduce((sum, count) => sum + count)).toBe(6)
    expect(removed.length).toBeLessThanOrEqual(4)
    const answers = await storage.acceptEvents([newEvent('new1'), newEvent('new2')])
    expect(answers.map(({ duplicate }) => duplicate)).toEqual([true, true])
  },
}

export const prunedChanges: Cases = {
  'who asks for changes that were pruned is told of the gap': async ({ storage, clock }) => {
    for (let n = 1; n <= 4; n++) {
      await storage.writeDocument({ kind: 'set', path: 'd/1', data: { n } })
      clock.timeMs += 10
    }
    const { changes } = await storage.changesAfter(0, 10)
    const cursors = changes.map(({ cursor }) => cursor)
    expect(await prune(storage, { changesBefore: startMs + 20 })).toMatchObject({ changes: 2 })
    const complete = async (cursor: number | undefined) =>
      (await storage.changesAfter(present(cursor), 10)).complete
    expect(await complete(0)).toBe(false)
    expect(await complete(cursors[0])).toBe(false)
    expect(await complete(cursors[1])).toBe(true)
    expect(await complete(cursors[3])).toBe(true)
    expect((await storage.changesAfter(present(cursors[1]), 10)).changes).toHaveLength(2)
  },

  'a cursor is never given out twice, also when everything was pruned': async ({
    storage,
    clock,
    reopen,
  }) => {
    for (let n = 0; n < 3; n++) {
      await storage.writeDocument({ kind: 'set', path: 'd/1', data: { n } })
    }
    const newest = await storage.newestCursor()
    clock.timeMs += 1_000
    await prune(storage, { changesBefore: clock.timeMs })
    expect(await storage.newestCursor()).toBe(newest)
    const again = await reopen()
    await again.writeDocument({ kind: 'set', path: 'd/2', data: {} })
    expect(await again.newestCursor()).toBeGreaterThan(newest)
    expect((await again.changesAfter(newest, 10)).complete).toBe(true)
  },

  'a deleted document keeps its version until its changes are pruned': async ({
    storage,
    clock,
  }) => {
    const set = (path: string) => storage.writeDocument({ kind: 'set', path, data: {} })
    for (const path of ['d/1', 'd/2']) {
      await set(path)
      await storage.writeDocument({ kind: 'delete', path })
    }
    await set('d/3')
    clock.timeMs += 1_000
    const options = { changesBefore: clock.timeMs, limit: 3 }
    expect(await prune(storage, options)).toMatchObject({ changes: 3 })
    // The last change of d/1 is gone, that of d/2 is not.
    expect((await set('d/1'))?.version).toBe(1)
    expect((await set('d/2'))?.version).toBe(3)
  },

  'documents that are there are never pruned': async ({ storage, clock }) => {
    await storage.writeDocument({ kind: 'set', path: 'd/1', data: {} })
    await storage.writeDocument({ kind: 'set', path: 'd/2', data: {} })
    clock.timeMs += 1_000
    await prune(storage, { changesBefore: clock.timeMs, eventsBefore: clock.timeMs })
    expect((await storage.documents('d/', { limit: 10 })).data).toHaveLength(2)
  },
}
