/** An event is stored once for its source and dedupe key, however often and whenever it is sent. */
import { expect } from 'vitest'
import type { AcceptedEvent } from '../storage.ts'
import { accept, changesOf, newEvent } from './sample.ts'
import type { Cases } from './under-test.ts'

function expectOneStored(answers: readonly (AcceptedEvent | undefined)[]): void {
  expect(new Set(answers.map((answer) => answer?.id)).size).toBe(1)
  expect(answers.filter((answer) => answer?.duplicate === false)).toHaveLength(1)
}

export const repeatedEvents: Cases = {
  'a repeated event is answered with the id of the first': async ({ storage }) => {
    const [first] = await storage.acceptEvents([newEvent('k1')])
    const [second] = await storage.acceptEvents([newEvent('k1')])
    expect(first).toMatchObject({ duplicate: false, conflict: false })
    expect(second).toEqual({ id: first?.id, duplicate: true, conflict: false })
    expect(await storage.countEvents({})).toBe(1)
  },

  'a repeat adds no delivery and no change, whatever handlers there are by then': async ({
    storage,
  }) => {
    const id = await accept(storage, 'k1')
    const before = await storage.newestCursor()
    await accept(storage, 'k1', { deliveries: [{ target: 'b', orderKey: null }] })
    const { data } = await storage.deliveries({ eventId: id }, { limit: 10 })
    expect(data.map(({ target }) => target)).toEqual(['a'])
    expect(await storage.newestCursor()).toBe(before)
  },

  'a repeat is recognised after the database was opened again': async ({ storage, reopen }) => {
    const id = await accept(storage, 'k1')
    const again = await reopen()
    expect(await again.acceptEvents([newEvent('k1')])).toEqual([
      { id, duplicate: true, conflict: false },
    ])
  },

  'a repeat is recognised in whatever state its delivery is': async ({ storage }) => {
    const id = await accept(storage, 'k1')
    const { data } = await storage.deliveries({ eventId: id }, { limit: 1 })
    await storage.cancelDelivery(data[0]?.id ?? '')
    expect(await storage.acceptEvents([newEvent('k1')])).toMatchObject([{ id, duplicate: true }])
  },

  'copies that arrive at the same instant are stored once': async ({ storage }) => {
    const copies = Array.from({ length: 20 }, () => storage.acceptEvents([newEvent('k1')]))
    expectOneStored((await Promise.all(copies)).flat())
    expect(await storage.countEvents({})).toBe(1)
    expect((await storage.deliveries({}, { limit: 10 })).data).toHaveLength(1)
    expect(await changesOf(storage, 'hookline/events/')).toHaveLength(1)
  },

  'copies that two processes get at the same instant are stored once': async ({
    storage,
    openAnother,
  }) => {
    const other = await openAnother()
    for (let i = 0; i < 10; i++) {
      const event = newEvent(`k${i}`)
      const copies = [storage, other, other, storage].map((each) => each.acceptEvents([event]))
      expectOneStored((await Promise.all(copies)).flat())
    }
    expect(await storage.countEvents({})).toBe(10)
  },

  'an event that is in one batch twice is stored once': async ({ storage }) => {
    expectOneStored(await storage.acceptEvents([newEvent('k1'), newEvent('k1')]))
    expect(await storage.countEvents({})).toBe(1)
  },

  'the same key from another source is another event': async ({ storage }) => {
    const [first, second] = await storage.acceptEvents([
      newEvent('k1'),
      newEvent('k1', { source: 'github' }),
    ])
    expect(second).toMatchObject({ duplicate: false })
    expect(second?.id).not.toBe(first?.id)
  },

  'keys are compared exactly: case, space and accents count': async ({ storage }) => {
    const keys = ['key', 'KEY', 'key ', 'k\u00e9y', 'ke\u0301y', '']
    const answers = await storage.acceptEvents(keys.map((key) => newEvent(key)))
    expect(answers.map(({ duplicate }) => duplicate)).toEqual(keys.map(() => false))
  },

  'a repeat with other bytes leaves the first bytes and is counted as a conflict': async ({
    storage,
  }) => {
    const first = newEvent('k1')
    const id = await accept(storage, 'k1')
    const [second] = await storage.acceptEvents([newEvent('k1', { body: Buffer.from('{}') })])
    expect(second).toEqual({ id, duplicate: true, conflict: true })
    expect(Buffer.from((await storage.event(id))?.body ?? [])).toEqual(first.body)
    expect((await storage.stats()).conflicts).toBe(1)
  },

  'a repeat with the same bytes and other headers is no conflict': async ({ storage }) => {
    await accept(storage, 'k1')
    const [second] = await storage.acceptEvents([newEvent('k1', { headers: [['x', 'y']] })])
    expect(second).toMatchObject({ duplicate: true, conflict: false })
    expect((await storage.stats()).conflicts).toBe(0)
  },
}
