/** The ordered log that real time reads: nothing missing, nothing twice, and gaps that are said. */
import { once } from 'node:events'
import { expect } from 'vitest'
import type { Storage } from '../storage.ts'
import { accept, acceptMany, claim, claimOne, done, leaseMs } from './sample.ts'
import type { Cases } from './under-test.ts'

async function write(storage: Storage, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await storage.writeDocument({ kind: 'set', path: 'd/1', data: { n } })
  }
}

/** Reads the log in pages until it has ended. */
async function readAll(storage: Storage, limit: number): Promise<number[]> {
  const cursors: number[] = []
  let cursor = 0
  for (;;) {
    const page = await storage.changesAfter(cursor, limit)
    if (page.changes.length === 0) return cursors
    cursors.push(...page.changes.map((change) => change.cursor))
    cursor = page.cursor
  }
}

export const readChanges: Cases = {
  'changes come in the order of their commit, each with a greater cursor': async ({ storage }) => {
    await write(storage, 5)
    const { changes, cursor, complete } = await storage.changesAfter(0, 10)
    expect(changes.map(({ data }) => data)).toEqual([0, 1, 2, 3, 4].map((n) => ({ n })))
    const cursors = changes.map((change) => change.cursor)
    expect(cursors).toEqual([...new Set(cursors)].sort((a, b) => a - b))
    expect(cursor).toBe(cursors.at(-1))
    expect(complete).toBe(true)
  },

  'pages follow one another without a gap or a repeat': async ({ storage }) => {
    await write(storage, 7)
    const cursors = await readAll(storage, 3)
    expect(cursors).toHaveLength(7)
    expect(new Set(cursors).size).toBe(7)
  },

  'a log without changes is complete and stands where it was asked': async ({ storage }) => {
    expect(await storage.changesAfter(0, 10)).toEqual({ changes: [], cursor: 0, complete: true })
    await write(storage, 2)
    const newest = await storage.newestCursor()
    expect(await storage.changesAfter(newest, 10)).toEqual({
      changes: [],
      cursor: newest,
      complete: true,
    })
  },

  'a cursor that this log has not given out yet is not complete': async ({ storage }) => {
    await write(storage, 2)
    const newest = await storage.newestCursor()
    expect((await storage.changesAfter(newest + 1, 10)).complete).toBe(false)
  },

  'who reads while two processes write misses nothing': async ({ storage, openAnother }) => {
    const writers = [storage, await openAnother()]
    const reader = await openAnother()
    let isWriting = true
    const writing = Promise.all(
      writers.map((writer, i) => acceptSlowly(writer, `w${i}-`, 25)),
    ).finally(() => {
      isWriting = false
    })
    const seen: number[] = []
    for (let last = false; !last; ) {
      last = !isWriting
      const { changes } = await reader.changesAfter(seen.at(-1) ?? 0, 7)
      seen.push(...changes.map(({ cursor }) => cursor))
      if (changes.length > 0) last = false
      await new Promise(setImmediate)
    }
    await writing
    expect(seen).toEqual(await readAll(storage, 100))
    expect(seen).toHaveLength(50)
  },
}

async function acceptSlowly(storage: Storage, prefix: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await accept(storage, `${prefix}${i}`)
}

export const cursors: Cases = {
  'the newest cursor is 0 at first, then that of the newest change, also after a reopen': async ({
    storage,
    reopen,
  }) => {
    expect(await storage.newestCursor()).toBe(0)
    await write(storage, 3)
    const newest = await storage.newestCursor()
    expect(newest).toBe((await storage.changesAfter(0, 10)).cursor)
    expect(await (await reopen()).newestCursor()).toBe(newest)
  },
}

export const listeners: Cases = {
  'a listener is called after each commit that wrote, when it can be read': async ({ storage }) => {
    const seen: Promise<number>[] = []
    storage.onChange(() => seen.push(storage.newestCursor()))
    await accept(storage, 'k1')
    await storage.writeDocument({ kind: 'set', path: 'd/1', data: {} })
    const [lease] = await claim(storage)
    if (lease) await done(storage, lease)
    expect(await Promise.all(seen)).toEqual([1, 2, 3])
  },

  'a listener hears of deliveries that became due: requeued, replayed, freed': async ({
    storage,
  }) => {
    const id = await accept(storage, 'k1')
    const lease = await claimOne(storage)
    await storage.settleDelivery(lease, { outcome: 'failed', error: 'x', retryAt: null })
    let heard = 0
    storage.onChange(() => heard++)
    await storage.requeueDelivery(lease.id)
    await storage.replayEvent(id, [{ target: 'b', orderKey: null }])
    await storage.createReplay({}, null)
    await storage.advanceReplay(5, () => [{ target: 'c', orderKey: null }])
    expect(heard).toBe(4)
  },

  'a listener hears of a delivery that a claim parked as poison': async ({ storage, clock }) => {
    await accept(storage, 'k1')
    await claimOne(storage)
    clock.timeMs += leaseMs
    const before = await storage.newestCursor()
    let heard = 0
    storage.onChange(() => heard++)
    expect(await claim(storage, { crashesMax: 1 })).toEqual([])
    expect(await storage.newestCursor()).toBe(before + 1)
    expect(heard).toBe(1)
  },

  'reading and claiming are not heard, nor is a write that failed': async ({ storage }) => {
    await acceptMany(storage, 2)
    let heard = 0
    storage.onChange(() => heard++)
    const [lease] = await claim(storage)
    if (lease) await storage.renewLeases([lease], 1_000)
    await storage.events({}, { limit: 1 })
    await storage.stats()
    const type = null as unknown as string // no type, so that the database refuses it
    await expect(accept(storage, 'k9', { type })).rejects.toThrow()
    expect(heard).toBe(0)
  },

  'a listener that throws neither repeats nor hides a commit, and the others are told': async ({
    storage,
  }) => {
    const warned = once(process, 'warning')
    storage.onChange(() => {
      throw new Error('thrown by a listener')
    })
    let heard = 0
    storage.onChange(() => heard++)
    const writes = ['a', 'b'].map((name) =>
      storage.writeDocument({ kind: 'update', path: 'd/1', patch: { [name]: 1 } }),
    )
    expect((await Promise.all(writes)).map((written) => written?.version)).toEqual([1, 2])
    expect((await storage.document('d/1'))?.version).toBe(2)
    expect(heard).toBeGreaterThan(0)
    const [warning] = await warned
    expect(String(warning)).toContain('thrown by a listener')
  },

  'a listener that was stopped hears no more, and the others still do': async ({ storage }) => {
    const heard: string[] = []
    const stop = storage.onChange(() => heard.push('first'))
    storage.onChange(() => heard.push('second'))
    await accept(storage, 'k1')
    stop()
    await accept(storage, 'k2')
    expect(heard).toEqual(['first', 'second', 'second'])
  },
}
