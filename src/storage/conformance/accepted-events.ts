/** What must and what must not happen when events are accepted. */
import { expect } from 'vitest'
import type { NewEvent } from '../storage.ts'
import { accept, acceptMany, changesOf, newEvent } from './sample.ts'
import { type Cases, startMs } from './under-test.ts'

/** Both engines refuse it, because the column takes no null. */
const unstorable = (dedupeKey: string): NewEvent =>
  newEvent(dedupeKey, { type: null as unknown as string }) // not a NewEvent: that is the point

export const acceptedEvents: Cases = {
  'an event is stored with all its fields and one delivery for each target': async ({
    storage,
    clock,
  }) => {
    const event = newEvent('k1', {
      mode: 'live',
      occurredAt: clock.timeMs - 5_000,
      verifiedWith: '1/2 vault 0123456789ab ACME_WEBHOOK_SECRET',
      deliveries: [
        { target: 'a', orderKey: null },
        { target: 'b', orderKey: 'cus_1' },
      ],
    })
    const id = await accept(storage, 'k1', event)
    const { deliveries, body, ...fields } = event
    const stored = await storage.event(id)
    expect(stored).toEqual({ ...fields, id, status: 'ready', body: expect.anything() })
    expect(Buffer.from(stored?.body ?? [])).toEqual(body)
    const made = await storage.deliveries({ eventId: id }, { limit: 10 })
    expect(made.data.map(({ target, orderKey }) => ({ target, orderKey })).reverse()).toEqual(
      deliveries,
    )
    for (const delivery of made.data) {
      expect(delivery).toMatchObject({ state: 'ready', attempts: 0, dueAt: clock.timeMs })
    }
  },

  'an event that nobody handles is stored without a delivery': async ({ storage }) => {
    const id = await accept(storage, 'k1', { deliveries: [] })
    expect(await storage.event(id)).toMatchObject({ id, status: 'unhandled', verifiedWith: null })
    expect((await storage.deliveries({}, { limit: 10 })).data).toEqual([])
  },

  'an accepted event is there for others as soon as it is answered': async ({
    storage,
    openAnother,
  }) => {
    const other = await openAnother()
    const id = await accept(storage, 'k1')
    expect(await other.event(id)).toMatchObject({ dedupeKey: 'k1' })
  },

  'an accepted event and its deliveries are there after the database is opened again': async ({
    storage,
    reopen,
  }) => {
    const id = await accept(storage, 'k1')
    const again = await reopen()
    expect(await again.event(id)).toMatchObject({ dedupeKey: 'k1', status: 'ready' })
  },

  'each event is one line in the change log, written with it': async ({ storage }) => {
    const id = await accept(storage, 'k1')
    await accept(storage, 'k2', { deliveries: [] })
    const changes = await changesOf(storage, 'hookline/events/')
    expect(changes.map(({ data }) => data)).toEqual([
      {
        ...{ id, source: 'stripe', type: 'invoice.paid', mode: 'test', status: 'ready' },
        ...{ dedupeKey: 'k1', receivedAt: startMs, bytes: newEvent('k1').body.byteLength },
      },
      expect.objectContaining({ status: 'unhandled' }),
    ])
  },

  'ids ascend in the order of storing, also within one millisecond': async ({ storage }) => {
    const first = await acceptMany(storage, 20)
    const second = await Promise.all(
      Array.from({ length: 20 }, (_, i) => accept(storage, `later${i}`)),
    )
    const ids = [...first, ...second]
    expect(ids).toEqual([...ids].sort())
    expect(new Set(ids).size).toBe(40)
  },

  'a batch is answered in its order': async ({ storage }) => {
    const ids = await acceptMany(storage, 5)
    const keys = await Promise.all(ids.map(async (id) => (await storage.event(id))?.dedupeKey))
    expect(keys).toEqual(['k1', 'k2', 'k3', 'k4', 'k5'])
  },

  'an empty batch is answered with nothing': async ({ storage }) => {
    expect(await storage.acceptEvents([])).toEqual([])
  },

  'a batch of which one event can not be stored leaves nothing at all': async ({ storage }) => {
    const batch = [newEvent('k1'), unstorable('k2'), newEvent('k3')]
    await expect(storage.acceptEvents(batch)).rejects.toThrow()
    expect(await storage.countEvents({})).toBe(0)
    expect((await storage.deliveries({}, { limit: 10 })).data).toEqual([])
    expect(await changesOf(storage, '')).toEqual([])
    // Nor a key: sent again, the good ones are new.
    const again = await storage.acceptEvents([newEvent('k1'), newEvent('k3')])
    expect(again.map(({ duplicate }) => duplicate)).toEqual([false, false])
  },

  'a batch that can not be stored does not fail those that arrive with it': async ({ storage }) => {
    const answers = await Promise.allSettled([
      storage.acceptEvents([newEvent('k1')]),
      storage.acceptEvents([unstorable('k2')]),
      storage.acceptEvents([newEvent('k3'), newEvent('k4')]),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const { data } = await storage.events({}, { limit: 10 })
    expect(data.map(({ dedupeKey }) => dedupeKey).sort()).toEqual(['k1', 'k3', 'k4'])
  },
}
