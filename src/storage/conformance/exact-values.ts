/** What is stored comes back as it went in: bytes, integers and text unchanged. */
import { expect } from 'vitest'
import { accept, changesOf, claimOne, fail } from './sample.ts'
import type { Cases } from './under-test.ts'

const bodies: Readonly<Record<string, Uint8Array>> = {
  'an empty body': new Uint8Array(0),
  'a body with NUL bytes': Buffer.from('a\0b\0'),
  'a body that is not UTF-8': Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0x80]),
  'a body with a lone surrogate': Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
  'a body with an escaped NUL and an escaped lone surrogate': Buffer.from('"\\u0000\\ud800"'),
  'a body that begins with a byte order mark': Buffer.from('\ufeff{}'),
  'a body of every byte': Uint8Array.from({ length: 256 }, (_, i) => i),
  'a body of one mebibyte': Uint8Array.from({ length: 1_048_576 }, (_, i) => (i * 31) % 251),
  'a body that is a part of a larger buffer': Buffer.from('xxxx{"a":1}xxxx').subarray(4, 11),
}

export const exactBodies: Cases = Object.fromEntries(
  Object.entries(bodies).map(([name, body]) => [
    `${name} comes back byte for byte`,
    async ({ storage, reopen }) => {
      const wanted = Buffer.from(body)
      const id = await accept(storage, 'k1', { body })
      expect(wanted.equals((await storage.event(id))?.body ?? Buffer.from('none'))).toBe(true)
      expect((await storage.lastEvent('stripe'))?.bytes).toBe(wanted.length)
      const { event } = await claimOne(await reopen())
      expect(wanted.equals(event?.body ?? Buffer.from('none'))).toBe(true)
    },
  ]),
)

export const exactFields: Cases = {
  'headers keep their order, their repeats and every character': async ({ storage }) => {
    const headers: [string, string][] = [
      ['X-Signature', 'a'],
      ['x-signature', 'b'],
      ['x-odd', 'nul \0, lone \ud800, quote \', "\\u0000"'],
      ['__proto__', 'plain'],
    ]
    const id = await accept(storage, 'k1', { headers })
    expect((await storage.event(id))?.headers).toEqual(headers)
  },

  'times come back as integers, the largest and those before 1970 too': async ({ storage }) => {
    for (const occurredAt of [0, -1, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
      const id = await accept(storage, `k${occurredAt}`, { occurredAt, receivedAt: 2 ** 40 })
      expect(await storage.event(id)).toMatchObject({ occurredAt, receivedAt: 2 ** 40 })
    }
  },

  'numbers in answers are numbers, not text': async ({ storage }) => {
    const id = await accept(storage, 'k1')
    const claimed = await claimOne(storage)
    const numbers = [
      claimed.token,
      claimed.attempt,
      claimed.crashes,
      claimed.tries,
      claimed.startedAt,
      (await storage.lastEvent('stripe'))?.bytes,
      (await storage.deliveries({ eventId: id }, { limit: 1 })).data[0]?.dueAt,
      await storage.newestCursor(),
      await storage.countEvents({}),
      (await storage.stats()).deliveries.running,
      (await storage.writeDocument({ kind: 'set', path: 'a/b', data: {} }))?.version,
      (await storage.changesAfter(0, 1)).cursor,
      await storage.dueInMs(['a']),
    ]
    expect(numbers.map((value) => typeof value)).toEqual(numbers.map(() => 'number'))
  },

  'an event whose type holds a NUL or a lone surrogate is stored all the same': async ({
    storage,
  }) => {
    const ids = [
      await accept(storage, 'k1', { type: 'in\0voice' }),
      await accept(storage, 'k2', { type: 'in\ud800voice' }),
    ]
    for (const id of ids) expect((await storage.event(id))?.type).toMatch(/^in.?voice$/su)
    expect(await changesOf(storage, 'hookline/events/')).toHaveLength(2)
  },
}

export const exactErrors: Cases = {
  'an error text of any characters does not keep an attempt from being settled': async ({
    storage,
  }) => {
    const id = await accept(storage, 'k1')
    const lease = await claimOne(storage)
    const error = "nul \0 lone \ud800 emoji \u{1f600} quote ' end"
    const settled = await storage.settleDelivery(lease, { outcome: 'failed', error, retryAt: null })
    expect(settled).toEqual({ result: 'settled' })
    const stored = await storage.delivery(lease.id)
    expect(stored).toMatchObject({ eventId: id, state: 'failed' })
    expect(stored?.lastError).toMatch(/^nul .* emoji \u{1f600} quote ' end$/su)
    expect(stored?.attempted[0]?.error).toBe(stored?.lastError)
  },

  'an error text of 8,000 characters is kept whole': async ({ storage, clock }) => {
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    await fail(storage, lease, clock.timeMs)
    const again = await claimOne(storage)
    const error = 'x'.repeat(8_000)
    await storage.settleDelivery(again, { outcome: 'timed_out', error, retryAt: null })
    expect((await storage.delivery(again.id))?.lastError).toBe(error)
  },
}
