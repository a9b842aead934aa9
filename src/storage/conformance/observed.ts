/** What is observed beside the events: refused requests, samples, and the types of each source. */
import { expect } from 'vitest'
import type { NewRejection, ObservedStorage, Sample } from '../observed.ts'
import type { Storage } from '../storage.ts'
import { accept, acceptMany, changesOf, claim, done, present } from './sample.ts'
import { type Cases, startMs } from './under-test.ts'

const limits = { perSource: 10, total: 100 }
const minuteMs = 60_000
const everything = { eventsBefore: startMs + 1, dedupeKeysBefore: 0, changesBefore: 0, limit: 100 }

function newRejection(changes: Partial<NewRejection> = {}): NewRejection {
  return {
    at: startMs,
    source: 'stripe',
    reason: 'signature_mismatch',
    detail: 'Another secret.',
    method: 'POST',
    remote: '203.0.113.9',
    headers: [['user-agent', 'curl']],
    body: Buffer.from([0, 255, 10]),
    bytes: 4_000,
    ...changes,
  }
}

const recordedRejections: Cases = {
  'a refusal is kept with all that is known of it, over a reopen, and is heard of': async ({
    storage,
    reopen,
  }) => {
    const rejection = newRejection()
    await storage.recordRejections([rejection], limits)
    const [change] = await changesOf(storage, 'hookline/rejections/')
    const { data } = await (await reopen()).rejections({}, { limit: 10 })
    const [kept] = data.map((each) => ({ ...each, body: Buffer.from(each.body) }))
    expect(kept).toEqual({ ...rejection, id: expect.stringMatching(/^rej_\d+$/) })
    expect(change?.path).toBe(`hookline/rejections/${data[0]?.id}`)
    expect(change?.data).toMatchObject({ source: 'stripe', reason: 'signature_mismatch' })
  },

  'only the newest of a source stay, and a flood to one source takes nothing of another': async ({
    storage,
  }) => {
    await storage.recordRejections([newRejection({ source: 'github' })], limits)
    const flood = Array.from({ length: 30 }, (_, i) => newRejection({ bytes: i }))
    await storage.recordRejections(flood, limits)
    const { data } = await storage.rejections({ sources: ['stripe'] }, { limit: 50 })
    expect(data.map(({ bytes }) => bytes)).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20])
    expect((await storage.rejections({ sources: ['github'] }, { limit: 50 })).data).toHaveLength(1)
  },

  'of all sources together only the newest stay': async ({ storage }) => {
    const many = Array.from({ length: 9 }, (_, i) => newRejection({ source: `s${i}` }))
    await storage.recordRejections(many, { perSource: 5, total: 4 })
    const { data } = await storage.rejections({}, { limit: 50 })
    expect(data.map(({ source }) => source)).toEqual(['s8', 's7', 's6', 's5'])
  },
}

const listedRejections: Cases = {
  'refusals come newest first, in pages, by source and by reason': async ({ storage }) => {
    const list = Array.from({ length: 5 }, (_, i) =>
      newRejection({ bytes: i, source: i === 2 ? 'github' : 'stripe', reason: `r${i % 2}` }),
    )
    await storage.recordRejections(list, limits)
    const first = await storage.rejections({}, { limit: 3 })
    await storage.recordRejections([newRejection({ bytes: 9 })], limits)
    const rest = await storage.rejections({}, { limit: 3, cursor: present(first.next) })
    expect([...first.data, ...rest.data].map(({ bytes }) => bytes)).toEqual([4, 3, 2, 1, 0])
    expect(rest.next).toBeNull()
    const filtered = await storage.rejections({ sources: ['stripe'], reason: 'r0' }, { limit: 5 })
    expect(filtered.data.map(({ bytes }) => bytes)).toEqual([4, 0])
  },
}

function newSample(changes: Partial<Sample> = {}): Sample {
  return {
    ...{ stepMs: minuteMs, metric: 'ack_ms', at: startMs, label: 'stripe', process: 'p1' },
    ...{ count: 2, sum: 30, max: 20, buckets: [1, 0, 1] },
    ...changes,
  }
}

const asked = {
  ...{ stepMs: minuteMs, metric: 'ack_ms', since: 0, limit: 100 },
  until: Number.MAX_SAFE_INTEGER,
}

const keptSamples: Cases = {
  'samples of several processes stand side by side; those of one are replaced': async ({
    storage,
  }) => {
    await storage.writeSamples([newSample({ count: 1 }), newSample({ process: 'p2' })])
    await storage.writeSamples([newSample({ count: 7, buckets: null })])
    expect(await storage.samples(asked)).toEqual([
      newSample({ count: 7, buckets: null }),
      newSample({ process: 'p2' }),
    ])
  },

  'they are asked for by metric, step, label and time, of which the end is no part': async ({
    storage,
  }) => {
    const wanted = newSample({ at: startMs + minuteMs })
    await storage.writeSamples([
      wanted,
      newSample({ at: startMs + 2 * minuteMs }),
      newSample(),
      newSample({ ...wanted, metric: 'received' }),
      newSample({ ...wanted, stepMs: 60 * minuteMs }),
      newSample({ ...wanted, label: 'github' }),
    ])
    const span = { since: startMs + minuteMs, until: startMs + 2 * minuteMs }
    expect(await storage.samples({ ...asked, ...span, label: 'stripe' })).toEqual([wanted])
    expect(await storage.samples({ ...asked, limit: 2 })).toHaveLength(2)
  },

  'one change tells of them all': async ({ storage }) => {
    await storage.writeSamples([newSample(), newSample({ label: 'github' })])
    expect((await changesOf(storage, 'hookline/samples')).length).toBe(1)
  },
}

const countedTypes: Cases = {
  'the types of a source are counted, those that were rolled up and those that were not': async ({
    storage,
    clock,
  }) => {
    await acceptMany(storage, 3)
    await accept(storage, 'r1', { type: 'refund.made', receivedAt: startMs + 5 })
    await accept(storage, 'g1', { source: 'github' })
    const expected = [
      { type: 'refund.made', received: 1, lastAt: startMs + 5 },
      { type: 'invoice.paid', received: 3, lastAt: startMs },
    ]
    expect(await storage.eventTypes('stripe')).toEqual(expected)
    clock.timeMs += 60_000
    while ((await storage.countTypes(2)) > 0);
    expect(await storage.eventTypes('stripe')).toEqual(expected)
    await accept(storage, 'k9', { receivedAt: startMs + 9 })
    expect(await storage.eventTypes('stripe')).toEqual([
      { type: 'invoice.paid', received: 4, lastAt: startMs + 9 },
      expected[0],
    ])
    expect(await storage.eventTypes('clerk')).toEqual([])
  },

  'two processes that count at the same time count each event once': async ({
    storage,
    openAnother,
    clock,
  }) => {
    const other = await openAnother()
    await acceptMany(storage, 20)
    clock.timeMs += 60_000
    for (let i = 0; i < 12; i++) {
      await Promise.all([storage, other].map((each) => each.countTypes(2)))
    }
    const [counted] = await storage.eventTypes('stripe')
    expect(counted?.received).toBe(20)
  },

  'lists, counts and the newest event are the same before and after, also of what is rare': async ({
    storage,
    clock,
  }) => {
    await accept(storage, 'rare', { source: 'github', type: 'issues' })
    await acceptMany(storage, 30)
    const look = async () => [
      (await storage.events({ source: 'github' }, { limit: 5 })).data.map((e) => e.dedupeKey),
      (await storage.events({ type: 'issues' }, { limit: 5 })).data.map((e) => e.dedupeKey),
      (await storage.lastEvent('github'))?.dedupeKey,
      (await storage.lastEvent('stripe'))?.dedupeKey,
      await storage.countEvents({ source: 'stripe' }),
      (await storage.events({ source: 'clerk' }, { limit: 5 })).data,
    ]
    const before = await look()
    expect(before).toEqual([['rare'], ['rare'], 'rare', 'k30', 30, []])
    clock.timeMs += 60_000
    await storage.countTypes(100)
    expect(await look()).toEqual(before)
    await accept(storage, 'new', { source: 'github' })
    expect((await storage.lastEvent('github'))?.dedupeKey).toBe('new')
  },

  'events that come after all others were pruned are found and counted': async ({
    storage,
    clock,
  }) => {
    await acceptMany(storage, 5)
    clock.timeMs += 60_000
    for (const lease of await claim(storage)) await done(storage, lease)
    await storage.countTypes(100)
    await storage.prune(everything)
    await accept(storage, 'new', { receivedAt: clock.timeMs })
    expect((await storage.lastEvent('stripe'))?.dedupeKey).toBe('new')
    clock.timeMs += 60_000
    await storage.countTypes(100)
    expect((await storage.lastEvent('stripe'))?.dedupeKey).toBe('new')
    expect((await storage.eventTypes('stripe'))[0]?.received).toBe(6)
  },
}

const prunedObserved: Cases = {
  'what is older goes, what is younger stays': async ({ storage }) => {
    const later = startMs + minuteMs
    await storage.recordRejections([newRejection(), newRejection({ at: later })], limits)
    await storage.writeSamples([
      newSample(),
      newSample({ at: later }),
      newSample({ metric: 'received' }),
      newSample({ stepMs: 60 * minuteMs }),
    ])
    const before = { rejections: later, samples: { [minuteMs]: later }, limit: 100 }
    expect(await storage.pruneObserved(before)).toBe(3)
    expect(await storage.pruneObserved(before)).toBe(0)
    expect((await storage.rejections({}, { limit: 5 })).data.map(({ at }) => at)).toEqual([later])
    expect((await storage.samples(asked)).map(({ at }) => at)).toEqual([later])
    expect(await storage.samples({ ...asked, stepMs: 60 * minuteMs })).toHaveLength(1)
  },
}

const measuredDatabase: Cases = {
  'a database that holds more is larger': async ({ storage }) => {
    const before = await storage.databaseBytes()
    await accept(storage, 'k1', { body: Buffer.alloc(1_000_000, 'x\u0000y1') })
    await acceptMany(storage, 200)
    expect(before).toBeGreaterThan(0)
    expect(await storage.databaseBytes()).toBeGreaterThan(before)
  },
}

const countedOld: Cases = {
  'what a prune would remove is counted, and nothing is removed': async ({ storage, clock }) => {
    await acceptMany(storage, 5)
    const [, ...rest] = await claim(storage)
    for (const each of rest) await done(storage, each)
    await accept(storage, 'young', { receivedAt: startMs + 1 })
    const before = {
      eventsBefore: startMs + 1,
      dedupeKeysBefore: startMs + 1,
      changesBefore: Number.MAX_SAFE_INTEGER,
    }
    const old = await storage.countOld(before)
    expect(old.events).toBe(4)
    expect(await storage.countOld(before)).toEqual(old)
    clock.timeMs += 60_000
    const pruned = await storage.prune({ ...before, limit: 100 })
    expect([pruned.events, pruned.changes]).toEqual([old.events, old.changes])
    expect(await storage.countEvents({})).toBe(2)
  },
}

export const observedCases: Record<keyof ObservedStorage, readonly [Cases]> = {
  recordRejections: [recordedRejections],
  rejections: [listedRejections],
  writeSamples: [keptSamples],
  samples: [keptSamples],
  countTypes: [countedTypes],
  eventTypes: [countedTypes],
  pruneObserved: [prunedObserved],
  databaseBytes: [measuredDatabase],
  countOld: [countedOld],
}

export const observedCalls: {
  [Verb in keyof ObservedStorage]: (s: Storage) => unknown
} = {
  recordRejections: (s) => s.recordRejections([], limits),
  rejections: (s) => s.rejections({}, { limit: 1 }),
  writeSamples: (s) => s.writeSamples([]),
  samples: (s) => s.samples(asked),
  countTypes: (s) => s.countTypes(1),
  eventTypes: (s) => s.eventTypes('x'),
  pruneObserved: (s) => s.pruneObserved({ rejections: 0, samples: {}, limit: 1 }),
  databaseBytes: (s) => s.databaseBytes(),
  countOld: (s) => s.countOld({ eventsBefore: 0, dedupeKeysBefore: 0, changesBefore: 0 }),
}
