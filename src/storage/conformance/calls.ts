/** The record of calls: written in groups, found by each of its fields, pruned from the oldest. */
import { expect } from 'vitest'
import { newId } from '../../base/ids.ts'
import type { NewCall } from '../calls.ts'
import { present } from './sample.ts'
import { type Cases, startMs } from './under-test.ts'

function newCall(changes: Partial<NewCall> = {}): NewCall {
  return {
    id: newId('call', startMs),
    mode: 'test',
    api: 'openai',
    sub: 'u_1',
    method: 'POST',
    path: '/v1/chat/completions',
    status: 200,
    outcome: 'answered',
    startedAt: startMs,
    durationMs: 1_500,
    bytesSent: 200,
    bytesReceived: 3_000_000_000,
    ...changes,
  }
}

export const recordedCalls: Cases = {
  'a call is given back as it was written, also one that was never answered': async ({
    storage,
  }) => {
    const answered = newCall()
    const failed = newCall({ status: null, outcome: 'timed_out', bytesReceived: 0 })
    await storage.recordCalls([answered, failed])
    expect(await storage.call(answered.id)).toEqual(answered)
    expect(await storage.call(failed.id)).toEqual(failed)
    expect(await storage.call(newId('call', startMs))).toBeUndefined()
  },

  'a group that is written again adds nothing': async ({ storage }) => {
    const [one, two] = [newCall(), newCall()]
    await storage.recordCalls([one])
    await storage.recordCalls([one, { ...two, path: '/v1/models' }])
    const { data } = await storage.calls({}, { limit: 10 })
    expect(data.map(({ id }) => id)).toEqual([two.id, one.id])
    await storage.recordCalls([])
    expect((await storage.calls({}, { limit: 10 })).data).toHaveLength(2)
  },

  'texts that a database refuses or that are too long are cut, and the call is kept': async ({
    storage,
  }) => {
    const path = `/\0\ud800${'x'.repeat(1_000)}😀`
    const odd = newCall({ path, sub: `${'u'.repeat(511)}😀` })
    await storage.recordCalls([odd])
    const stored = present(await storage.call(odd.id))
    expect(stored.path).toMatch(/^\/\ufffd\ufffdx+$/)
    expect(stored.path).toHaveLength(512)
    expect(stored.sub).toBe(`${'u'.repeat(511)}\ufffd`)
  },
}

export const listedCalls: Cases = {
  'each filter finds its calls and no others, the newest first': async ({ storage }) => {
    const calls = [
      newCall({ api: 'stripe', status: 402, mode: 'live' }),
      newCall({ sub: 'u_2', startedAt: startMs + 10 }),
      newCall({ status: null, outcome: 'refused', startedAt: startMs + 20 }),
    ]
    await storage.recordCalls(calls)
    const found = async (filter: Parameters<typeof storage.calls>[0]) => {
      const { data } = await storage.calls(filter, { limit: 10 })
      return data.map(({ id }) => calls.findIndex((call) => call.id === id))
    }
    expect(await found({})).toEqual([2, 1, 0])
    expect(await found({ api: 'stripe' })).toEqual([0])
    expect(await found({ sub: 'u_1' })).toEqual([2, 0])
    expect(await found({ sub: 'u' })).toEqual([])
    expect(await found({ status: 402 })).toEqual([0])
    expect(await found({ mode: 'live' })).toEqual([0])
    expect(await found({ mode: 'test' })).toEqual([2, 1])
    expect(await found({ outcome: 'refused' })).toEqual([2])
    expect(await found({ since: startMs + 10 })).toEqual([2, 1])
    expect(await found({ until: startMs + 10 })).toEqual([0])
    expect(await found({ since: startMs + 10, until: startMs + 20, api: 'openai' })).toEqual([1])
  },

  'pages follow one another without a gap, also where calls are added': async ({ storage }) => {
    const calls = Array.from({ length: 5 }, () => newCall())
    await storage.recordCalls(calls)
    const first = await storage.calls({}, { limit: 2 })
    await storage.recordCalls([newCall()])
    const second = await storage.calls({}, { limit: 3, cursor: present(first.next) })
    const ids = [...first.data, ...second.data].map(({ id }) => id)
    expect(ids).toEqual(calls.map(({ id }) => id).reverse())
    expect(second.next).toBeNull()
  },
}

export const addedUpCalls: Cases = {
  'callers come busiest first, with their faults and bytes, of one mode and time': async ({
    storage,
  }) => {
    const sizes = { bytesSent: 1, bytesReceived: 2 }
    await storage.recordCalls([
      newCall({ ...sizes, startedAt: startMs - 1 }),
      newCall({ ...sizes, mode: 'live' }),
      newCall({ ...sizes, sub: 'u_2' }),
      newCall({ ...sizes, sub: 'u_2', status: 500 }),
      newCall({ ...sizes, sub: 'u_2', status: null, outcome: 'limited', startedAt: startMs + 9 }),
      newCall(sizes),
    ])
    const { callers } = await storage.callTotals('test', startMs)
    expect(callers).toEqual([
      { api: 'openai', sub: 'u_2', calls: 3, faults: 2, bytes: 9, lastAt: startMs + 9 },
      { api: 'openai', sub: 'u_1', calls: 1, faults: 0, bytes: 3, lastAt: startMs },
    ])
  },

  'faults come by API, outcome and status, and an answer below 400 is none': async ({
    storage,
  }) => {
    const refused = { status: null, outcome: 'refused' } as const
    await storage.recordCalls([
      newCall({ status: 399 }),
      newCall({ status: 400 }),
      newCall(refused),
      newCall({ ...refused, sub: 'u_2', startedAt: startMs + 1 }),
      newCall({ ...refused, mode: 'live' }),
    ])
    expect((await storage.callTotals('test', startMs)).faults).toEqual([
      { api: 'openai', ...refused, calls: 2, lastAt: startMs + 1 },
      { api: 'openai', outcome: 'answered', status: 400, calls: 1, lastAt: startMs },
    ])
    expect(await storage.callTotals('test', startMs + 2)).toEqual({ callers: [], faults: [] })
  },
}

export const prunedCalls: Cases = {
  'the oldest go, up to the limit, and the young stay': async ({ storage }) => {
    const calls = [0, 1, 2, 1_000].map((ms) => newCall({ startedAt: startMs + ms }))
    await storage.recordCalls(calls)
    expect(await storage.pruneCalls(startMs, 10)).toBe(0)
    expect(await storage.pruneCalls(startMs + 1_000, 2)).toBe(2)
    expect(await storage.pruneCalls(startMs + 1_000, 10)).toBe(1)
    expect(await storage.pruneCalls(startMs + 1_000, 10)).toBe(0)
    const { data } = await storage.calls({}, { limit: 10 })
    expect(data.map(({ id }) => id)).toEqual([calls[3]?.id])
  },
}
