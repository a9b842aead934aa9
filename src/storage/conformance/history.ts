/** What changed a document: its own history, and what one event changed. */
import { expect } from 'vitest'
import type { HistoryStorage } from '../history.ts'
import type { Storage } from '../storage.ts'
import { accept, claimOne, done, present } from './sample.ts'
import type { Cases } from './under-test.ts'

const set = (path: string, n: number) => ({ kind: 'set' as const, path, data: { n } })

const historyOfDocuments: Cases = {
  'each change comes with the event that caused it, newest first, and no other document': async ({
    storage,
    clock,
  }) => {
    const id = await accept(storage, 'k1')
    await storage.writeDocument(set('users/u_1', 1))
    clock.timeMs += 5
    await done(storage, await claimOne(storage), [
      set('users/u_1', 2),
      set('users/u_2', 9),
      { kind: 'update', path: 'users/u_1', patch: { more: true } },
      { kind: 'delete', path: 'users/u_1' },
    ])
    const { data } = await storage.documentChanges('users/u_1', { limit: 10 })
    expect(data.map(({ type, data, version, eventId }) => [type, data, version, eventId])).toEqual([
      ['deleted', null, 4, id],
      ['set', { n: 2, more: true }, 3, id],
      ['set', { n: 2 }, 2, id],
      ['set', { n: 1 }, 1, null],
    ])
    expect(present(data[0]).changedAt - present(data[3]).changedAt).toBeGreaterThanOrEqual(0)
  },

  'they come in pages': async ({ storage }) => {
    for (let n = 1; n <= 4; n++) await storage.writeDocument(set('users/u_1', n))
    const first = await storage.documentChanges('users/u_1', { limit: 3 })
    const rest = await storage.documentChanges('users/u_1', {
      limit: 3,
      cursor: present(first.next),
    })
    expect([...first.data, ...rest.data].map(({ version }) => version)).toEqual([4, 3, 2, 1])
    expect(rest.next).toBeNull()
  },

  'what is told of events and deliveries is no history of a document': async ({ storage }) => {
    const id = await accept(storage, 'k1')
    expect((await storage.documentChanges(`hookline/events/${id}`, { limit: 5 })).data).toEqual([])
  },
}

const changedByEvents: Cases = {
  'what an event changed is told with what was there before': async ({ storage }) => {
    await storage.writeDocument(set('users/u_1', 1))
    const id = await accept(storage, 'k1')
    await done(storage, await claimOne(storage), [set('users/u_1', 2), set('users/new', 3)])
    await storage.writeDocument(set('users/u_1', 4))
    const changes = await storage.changesOfEvent(id, 10)
    expect(changes.map(({ path, before, data }) => [path, before, data])).toEqual([
      ['users/u_1', { n: 1 }, { n: 2 }],
      ['users/new', null, { n: 3 }],
    ])
    expect(await storage.changesOfEvent(id, 1)).toHaveLength(1)
    expect(await storage.changesOfEvent('evt_00000000000000000000000000', 10)).toEqual([])
  },

  'what was there before and has been pruned is not made up': async ({ storage, clock }) => {
    await storage.writeDocument(set('users/u_1', 1))
    clock.timeMs += 10_000
    const id = await accept(storage, 'k1', { receivedAt: clock.timeMs })
    await done(storage, await claimOne(storage), [set('users/u_1', 2)])
    const [known] = await storage.changesOfEvent(id, 10)
    expect(known?.before).toEqual({ n: 1 })
    const changesBefore = present(known).changedAt
    await storage.prune({ eventsBefore: 0, dedupeKeysBefore: 0, changesBefore, limit: 100 })
    const [change] = await storage.changesOfEvent(id, 10)
    expect(change).toMatchObject({ path: 'users/u_1', version: 2, data: { n: 2 } })
    expect(change?.before).toBeUndefined()
  },
}

export const historyCases: Record<keyof HistoryStorage, readonly [Cases]> = {
  documentChanges: [historyOfDocuments],
  changesOfEvent: [changedByEvents],
}

export const historyCalls: { [Verb in keyof HistoryStorage]: (s: Storage) => unknown } = {
  documentChanges: (s) => s.documentChanges('x', { limit: 1 }),
  changesOfEvent: (s) => s.changesOfEvent('x', 1),
}
