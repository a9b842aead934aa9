/** Reading events back: one, a page, the newest of a source, a number. */
import { expect } from 'vitest'
import type { EventFilter, Storage } from '../storage.ts'
import { accept, acceptMany } from './sample.ts'
import { type Cases, startMs } from './under-test.ts'

async function keysFor(storage: Storage, filter: EventFilter): Promise<string[]> {
  const { data } = await storage.events(filter, { limit: 50 })
  const keys = data.map(({ dedupeKey }) => dedupeKey).sort()
  expect(await storage.countEvents(filter)).toBe(keys.length)
  return keys
}

export const oneEvent: Cases = {
  'an id that nobody has gives undefined': async ({ storage }) => {
    await accept(storage, 'k1')
    expect(await storage.event('evt_00000000000000000000000000')).toBeUndefined()
    expect(await storage.event("' or 1=1 --")).toBeUndefined()
  },
}

export const newestEvents: Cases = {
  'the newest event of a source is given, and never that of another': async ({ storage }) => {
    await accept(storage, 'k1')
    const newest = await accept(storage, 'k2')
    await accept(storage, 'k3', { source: 'github' })
    expect(await storage.lastEvent('stripe')).toMatchObject({ id: newest, dedupeKey: 'k2' })
    expect(await storage.lastEvent('clerk')).toBeUndefined()
  },

  'of events received in the same millisecond the one stored last is the newest': async ({
    storage,
  }) => {
    const ids = await acceptMany(storage, 3)
    expect((await storage.lastEvent('stripe'))?.id).toBe(ids[2])
  },
}

export const countedEvents: Cases = {
  'all that match are counted, and no page limits it': async ({ storage }) => {
    expect(await storage.countEvents({})).toBe(0)
    await acceptMany(storage, 250, { deliveries: [] })
    await acceptMany(storage, 3, {}, 'open')
    expect(await storage.countEvents({})).toBe(253)
    expect(await storage.countEvents({ status: 'unhandled' })).toBe(250)
    expect(await storage.countEvents({ source: 'github' })).toBe(0)
  },
}

export const pagedEvents: Cases = {
  'events come newest first, with their size and without their bytes': async ({ storage }) => {
    const ids = await acceptMany(storage, 3)
    const { data, next } = await storage.events({}, { limit: 10 })
    expect(data.map(({ id }) => id)).toEqual(ids.reverse())
    expect(next).toBeNull()
    expect(data[0]).toEqual({
      id: ids[0],
      source: 'stripe',
      type: 'invoice.paid',
      dedupeKey: 'k3',
      mode: 'test',
      receivedAt: startMs,
      occurredAt: null,
      bytes: Buffer.byteLength('{"key":"k3"}'),
      status: 'ready',
    })
  },

  'a page of exactly the limit says that there is no next one': async ({ storage }) => {
    await acceptMany(storage, 4)
    expect((await storage.events({}, { limit: 4 })).next).toBeNull()
    const { data, next } = await storage.events({}, { limit: 3 })
    expect(data).toHaveLength(3)
    expect(next).toEqual(expect.any(String))
  },

  'no event is shown twice or left out while new ones arrive between pages': async ({
    storage,
  }) => {
    const ids = await acceptMany(storage, 11)
    const seen: string[] = []
    let cursor: string | null = null
    for (let i = 0; i < 20; i++) {
      const page = await storage.events({}, { limit: 3, ...(cursor && { cursor }) })
      seen.push(...page.data.map(({ id }) => id))
      cursor = page.next
      if (cursor === null) break
      await acceptMany(storage, 2, {}, `new${i}-`)
    }
    expect(seen).toEqual(ids.reverse())
  },

  'pages of a filter leave out nothing that matches': async ({ storage }) => {
    for (let i = 0; i < 12; i++) {
      await accept(storage, `k${i}`, { type: i % 3 === 0 ? 'wanted' : 'other' })
    }
    const first = await storage.events({ type: 'wanted' }, { limit: 3 })
    const rest = await storage.events({ type: 'wanted' }, { limit: 3, cursor: first.next ?? '' })
    const keys = [...first.data, ...rest.data].map(({ dedupeKey }) => dedupeKey)
    expect(keys).toEqual(['k9', 'k6', 'k3', 'k0'])
    expect(rest.next).toBeNull()
  },
}

export const filteredEvents: Cases = {
  'the filters source, type and mode match exactly': async ({ storage }) => {
    await accept(storage, 'k1')
    await accept(storage, 'k2', { source: 'github' })
    await accept(storage, 'k3', { type: 'invoice.paid.late' })
    await accept(storage, 'k4', { mode: 'live' })
    expect(await keysFor(storage, { source: 'github' })).toEqual(['k2'])
    expect(await keysFor(storage, { source: 'git' })).toEqual([])
    expect(await keysFor(storage, { type: 'invoice.paid' })).toEqual(['k1', 'k2', 'k4'])
    expect(await keysFor(storage, { mode: 'live' })).toEqual(['k4'])
    expect(await keysFor(storage, {})).toEqual(['k1', 'k2', 'k3', 'k4'])
  },

  'since is part of the range and until is not': async ({ storage }) => {
    for (const ms of [9, 10, 19, 20]) await accept(storage, `k${ms}`, { receivedAt: startMs + ms })
    const since = startMs + 10
    const until = startMs + 20
    expect(await keysFor(storage, { since })).toEqual(['k10', 'k19', 'k20'])
    expect(await keysFor(storage, { until })).toEqual(['k10', 'k19', 'k9'])
    expect(await keysFor(storage, { since, until })).toEqual(['k10', 'k19'])
  },

  'q is found in the id, the type and the key, in any case': async ({ storage }) => {
    const id = await accept(storage, 'ORDER-1')
    await accept(storage, 'order-2', { type: 'Refund.Made' })
    expect(await keysFor(storage, { q: 'order-' })).toEqual(['ORDER-1', 'order-2'])
    expect(await keysFor(storage, { q: 'REFUND' })).toEqual(['order-2'])
    expect(await keysFor(storage, { q: id.slice(-10).toLowerCase() })).toEqual(['ORDER-1'])
    expect(await keysFor(storage, { q: 'nothing' })).toEqual([])
  },

  'the characters that stand for others in a search stand for themselves': async ({ storage }) => {
    await accept(storage, '100%')
    await accept(storage, '100x')
    await accept(storage, 'a_b')
    await accept(storage, 'a\\b')
    await accept(storage, "it's")
    expect(await keysFor(storage, { q: '0%' })).toEqual(['100%'])
    expect(await keysFor(storage, { q: 'a_b' })).toEqual(['a_b'])
    expect(await keysFor(storage, { q: 'a\\b' })).toEqual(['a\\b'])
    expect(await keysFor(storage, { q: "'s" })).toEqual(["it's"])
  },

  'several filters at once all have to match': async ({ storage }) => {
    await accept(storage, 'k1', { mode: 'live' })
    await accept(storage, 'k2', { mode: 'live', source: 'github' })
    await accept(storage, 'k3', { source: 'github' })
    const filter: EventFilter = { source: 'github', mode: 'live', status: 'ready', q: 'k' }
    expect(await keysFor(storage, filter)).toEqual(['k2'])
  },
}
