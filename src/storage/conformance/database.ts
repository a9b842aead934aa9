/** The database as a whole: opening, checking, counting, closing, and what is used once. */
import { expect } from 'vitest'
import type { Storage } from '../storage.ts'
import { adminCalls } from './admin-keys.ts'
import { auditCalls } from './audit.ts'
import { bulkCalls } from './bulk.ts'
import { connectionCalls } from './connections.ts'
import { historyCalls } from './history.ts'
import { keyCalls } from './keys.ts'
import { observedCalls } from './observed.ts'
import {
  accept,
  acceptMany,
  claim,
  done,
  fail,
  leaseMs,
  newEvent,
  park,
  present,
} from './sample.ts'
import type { Cases } from './under-test.ts'

export const opened: Cases = {
  'a database that a newer Hookline wrote is refused, and not touched': async ({
    storage,
    reopen,
    sql,
  }) => {
    await accept(storage, 'k1')
    await sql("insert into migrations (version, name, applied_at) values (9999, 'later', 0)")
    await expect(reopen()).rejects.toMatchObject({ code: 'storage_incompatible', status: 500 })
    await sql('delete from migrations where version = 9999')
    expect(await (await reopen()).countEvents({})).toBe(1)
  },

  'opening again changes nothing': async ({ storage, reopen }) => {
    await accept(storage, 'k1')
    const before = await storage.stats()
    expect(await (await reopen()).stats()).toEqual(before)
  },
}

export const checked: Cases = {
  'a database that reads and writes passes the check, and none of it is heard': async ({
    storage,
  }) => {
    let heard = 0
    storage.onChange(() => heard++)
    expect(await storage.check()).toEqual({ replication: 'none' })
    expect(heard).toBe(0)
  },
}

export const usedOnce: Cases = {
  'a key is used once, whoever asks and however often': async ({ storage, openAnother }) => {
    const other = await openAnother()
    const expiresAt = Number.MAX_SAFE_INTEGER
    const answers = await Promise.all(
      [storage, other, storage, other].map((each) => each.useOnce('link', expiresAt)),
    )
    expect(answers.filter((isFirst) => isFirst)).toHaveLength(1)
    expect(await storage.useOnce('link', expiresAt)).toBe(false)
    expect(await storage.useOnce('other link', expiresAt)).toBe(true)
  },

  'a used key is remembered after a reopen': async ({ storage, clock, reopen }) => {
    await storage.useOnce('link', clock.timeMs + 1_000)
    expect(await (await reopen()).useOnce('link', clock.timeMs + 1_000)).toBe(false)
  },

  'a key that has expired may be used again, whether it was pruned or not': async ({
    storage,
    clock,
  }) => {
    await storage.useOnce('link', clock.timeMs + 10)
    clock.timeMs += 9
    expect(await storage.useOnce('link', clock.timeMs + 10)).toBe(false)
    clock.timeMs += 1
    expect(await storage.useOnce('link', clock.timeMs + 10)).toBe(true)
    clock.timeMs += 9
    expect(await storage.useOnce('link', clock.timeMs + 10)).toBe(false)
  },

  'a key that comes after its own expiry is not used at all': async ({ storage, clock }) => {
    expect(await storage.useOnce('link', clock.timeMs)).toBe(false)
    expect(await storage.useOnce('link', clock.timeMs + 1)).toBe(true)
  },

  'a used key is pruned when it has expired, and not before': async ({ storage, clock }) => {
    await storage.useOnce('link', clock.timeMs + 10)
    const options = { eventsBefore: 0, dedupeKeysBefore: 0, changesBefore: 0, limit: 10 }
    expect(await storage.prune(options)).toMatchObject({ once: 0 })
    expect(await storage.useOnce('link', clock.timeMs + 10)).toBe(false)
    clock.timeMs += 10
    expect(await storage.prune(options)).toMatchObject({ once: 1 })
  },
}

export const counted: Cases = {
  'an empty database counts nothing': async ({ storage }) => {
    expect(await storage.stats()).toEqual({
      events: 0,
      deliveries: { ready: 0, running: 0, parked: 0, failed: 0, ended: 0 },
      oldestReadyMs: 0,
      fenced: 0,
      crashed: 0,
      conflicts: 0,
      cursor: 0,
    })
  },

  'events and deliveries are counted by state': async ({ storage }) => {
    await acceptMany(storage, 7)
    const leases = await claim(storage, { limit: 5 })
    await done(storage, present(leases[0]))
    await fail(storage, present(leases[1]))
    await park(storage, present(leases[2]), 'orders/o_1')
    await fail(storage, present(leases[3]))
    await storage.cancelDelivery(present(leases[3]).id)
    expect(await storage.stats()).toMatchObject({
      events: 7,
      deliveries: { ready: 2, running: 1, parked: 1, failed: 1, ended: 2 },
      cursor: await storage.newestCursor(),
    })
  },

  'the oldest due delivery is counted from when it was due': async ({ storage, clock }) => {
    await accept(storage, 'k1')
    clock.timeMs += 250
    expect((await storage.stats()).oldestReadyMs).toBe(250)
    const [lease] = await claim(storage)
    await fail(storage, present(lease), clock.timeMs + 1_000)
    expect((await storage.stats()).oldestReadyMs).toBe(0)
  },

  'some sources are counted without the others, also one whose name begins the same': async ({
    storage,
    clock,
  }) => {
    const of = (source: string, count: number) => {
      const deliveries = [{ target: `${source}/a`, orderKey: null }]
      return acceptMany(storage, count, { source, deliveries }, source)
    }
    await of('shop', 2)
    await of('shop-live', 3)
    await of('bank', 4)
    clock.timeMs += 10
    const ofAll = { running: 0, parked: 0, failed: 0, ended: 0 }
    expect(await storage.stats(['shop', 'bank'])).toMatchObject({
      events: 6,
      deliveries: { ready: 6, ...ofAll },
      oldestReadyMs: 10,
    })
    expect(await storage.stats([])).toMatchObject({
      events: 0,
      deliveries: { ready: 0, ...ofAll },
      oldestReadyMs: 0,
    })
  },

  'fenced, crashed and conflicting are each counted, also over a reopen': async ({
    storage,
    clock,
    reopen,
  }) => {
    await accept(storage, 'k1')
    const [stale] = await claim(storage)
    clock.timeMs += leaseMs
    await claim(storage)
    await done(storage, present(stale))
    await storage.acceptEvents([newEvent('k1', { body: Buffer.from('other') })])
    const again = await reopen()
    expect(await again.stats()).toMatchObject({ fenced: 1, crashed: 1, conflicts: 1 })
  },
}

/** Every verb that gives a promise, with what it needs. */
const calls: {
  [Verb in Exclude<keyof Storage, 'engine' | 'onChange' | 'close'>]: (s: Storage) => unknown
} = {
  acceptEvents: (s) => s.acceptEvents([newEvent('k9')]),
  event: (s) => s.event('x'),
  events: (s) => s.events({}, { limit: 1 }),
  lastEvent: (s) => s.lastEvent('stripe'),
  recordCalls: (s) => s.recordCalls([]),
  calls: (s) => s.calls({}, { limit: 1 }),
  call: (s) => s.call('x'),
  callTotals: (s) => s.callTotals('test', 0),
  pruneCalls: (s) => s.pruneCalls(0, 1),
  claimDeliveries: (s) => claim(s),
  renewLeases: (s) => s.renewLeases([], 1),
  settleDelivery: (s) => done(s, { id: 'x', token: 1 }),
  dueInMs: (s) => s.dueInMs(['a']),
  deliveries: (s) => s.deliveries({}, { limit: 1 }),
  delivery: (s) => s.delivery('x'),
  requeueDelivery: (s) => s.requeueDelivery('x'),
  cancelDelivery: (s) => s.cancelDelivery('x'),
  replayEvent: (s) => s.replayEvent('x', []),
  countEvents: (s) => s.countEvents({}),
  createReplay: (s) => s.createReplay({}, null),
  advanceReplay: (s) => s.advanceReplay(1, () => []),
  replay: (s) => s.replay('x'),
  replays: (s) => s.replays({ limit: 1 }),
  cancelReplay: (s) => s.cancelReplay('x'),
  document: (s) => s.document('x'),
  documents: (s) => s.documents('', { limit: 1 }),
  writeDocument: (s) => s.writeDocument({ kind: 'set', path: 'x', data: {} }),
  snapshot: (s) => s.snapshot('x', 1),
  changesAfter: (s) => s.changesAfter(0, 1),
  newestCursor: (s) => s.newestCursor(),
  prune: (s) => s.prune({ eventsBefore: 0, dedupeKeysBefore: 0, changesBefore: 0, limit: 1 }),
  useOnce: (s) => s.useOnce('x', 1),
  stats: (s) => s.stats(),
  check: (s) => s.check(),
  ...keyCalls,
  ...adminCalls,
  ...connectionCalls,
  ...auditCalls,
  ...observedCalls,
  ...historyCalls,
  ...bulkCalls,
}

export const closed: Cases = {
  'after close every verb rejects with storage_closed': async ({ storage, reopen }) => {
    await storage.close()
    for (const call of Object.values(calls)) {
      await expect(call(storage), call.toString()).rejects.toMatchObject({
        code: 'storage_closed',
        status: 503,
      })
    }
    const again = await reopen()
    expect(await again.countEvents({})).toBe(0)
    expect(await again.document('x')).toBeUndefined()
  },

  'what was asked for before close is done, and answered': async ({ storage, reopen }) => {
    const accepting = [1, 2, 3].map((n) => storage.acceptEvents([newEvent(`k${n}`)]))
    await storage.close()
    const answers = (await Promise.all(accepting)).flat()
    const again = await reopen()
    for (const { id } of answers) expect(await again.event(id)).toBeDefined()
    expect(await again.countEvents({})).toBe(3)
  },

  'to close twice is no mistake': async ({ storage }) => {
    await storage.close()
    expect(await storage.close()).toBeUndefined()
  },
}
