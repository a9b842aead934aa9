import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../../base/ids.ts'
import type { Admin } from '../../client/admin.ts'
import { openai } from '../../providers/index.ts'
import { beginSpending } from '../../proxy/budget.ts'
import type { NewCall } from '../../storage/calls.ts'
import { adminOf, call } from '../testing/admin-call.ts'
import { adminKey, startedAt, startServed, type TestServed } from '../testing/served.ts'
import { type Way, ways } from '../testing/ways.ts'

function newCall(changes: Partial<NewCall>): NewCall {
  return {
    id: newId('call', startedAt),
    mode: 'test',
    api: 'openai',
    sub: 'u_1',
    method: 'POST',
    path: '/v1/chat/completions',
    status: 200,
    outcome: 'answered',
    startedAt,
    durationMs: 1_234,
    bytesSent: 10,
    bytesReceived: 20,
    ...changes,
  }
}

const apis = { openai: openai({ allow: ['POST /v1/**'] }) }

describe.each(ways)('/calls $name', ({ open }) => {
  let served: TestServed
  let way: Way
  let api: Admin
  beforeEach(async () => {
    served = await startServed({ adminKey, apis })
    way = await open(served)
    api = adminOf(way)
  })
  afterEach(async () => {
    await way.close()
    await served.close()
  })

  test('a call says whose it was, what came of it and how much it was', async () => {
    const { startedAt: _, ...made } = newCall({ status: null, outcome: 'cancelled' })
    await served.storage.recordCalls([newCall(made)])
    const shown = { ...made, startedAt: '2026-01-31T12:00:00.000Z' }
    expect(await api.calls.get(made.id)).toEqual(shown)
    expect(await api.calls.list()).toEqual({ data: [shown], next: null })
  })

  test('one that has just ended is in the list', async () => {
    served.calls.proxy.calls.record(newCall({ sub: 'u_new' }))
    expect((await api.calls.list({ sub: 'u_new' })).data).toHaveLength(1)
  })

  test('each filter finds its calls and no others', async () => {
    await served.storage.recordCalls([
      newCall({ api: 'stripe', sub: 'u_2', path: '/a' }),
      newCall({ status: 429, path: '/b' }),
      newCall({ status: null, outcome: 'timed_out', startedAt: startedAt + 1_000, path: '/c' }),
    ])
    const pathsOf = async (query: object) =>
      (await api.calls.list(query)).data.map(({ path }) => path)
    expect(await pathsOf({ api: 'stripe' })).toEqual(['/a'])
    expect(await pathsOf({ sub: 'u_1' })).toEqual(['/c', '/b'])
    expect(await pathsOf({ status: 429 })).toEqual(['/b'])
    expect(await pathsOf({ outcome: 'timed_out' })).toEqual(['/c'])
    expect(await pathsOf({ since: '2026-01-31T12:00:01Z' })).toEqual(['/c'])
    expect(await pathsOf({ until: '2026-01-31T12:00:01Z', api: 'openai' })).toEqual(['/b'])
    expect(await pathsOf({ limit: 2 })).toEqual(['/c', '/b'])
  })

  test.each(['status=2xx', 'status=99', 'outcome=lost', 'user=u_1', 'since=yesterday'])(
    'a filter of %s is refused',
    async (query) => {
      const answer = await call(way, `/calls?${query}`)
      expect(answer).toMatchObject({ status: 400, body: { code: 'payload_invalid' } })
    },
  )

  test('an id that nothing has is not found', async () => {
    for (const id of ['call_00000000000000000000000000', 'x']) {
      await expect(api.calls.get(id)).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  test('the summary tells of one mode: its APIs, budgets, callers and faults', async () => {
    await served.storage.recordCalls([
      newCall({}),
      newCall({ sub: 'u_2', status: 500 }),
      newCall({ mode: 'live', sub: 'u_live' }),
      newCall({ startedAt: startedAt - 86_400_001 }),
    ])
    beginSpending(served.calls.proxy.budgets, { api: 'openai', sub: 'u_1' }, { requests: 3 })
    const summary = await api.callsSummary({ mode: 'test' })
    expect(summary.apis).toMatchObject([
      { name: 'openai', allow: ['POST /v1/**'], budget: { requests: 60 }, hasKey: false },
    ])
    expect(summary.spendings).toMatchObject([
      { sub: 'u_1', limits: { requests: 3 }, requests: 1, open: 1 },
    ])
    expect(summary.callers.map(({ sub, calls }) => [sub, calls])).toEqual([
      ['u_1', 1],
      ['u_2', 1],
    ])
    expect(summary.faults).toMatchObject([{ status: 500, calls: 1 }])
    const live = await api.callsSummary({ mode: 'live' })
    expect(live).toMatchObject({ apis: [], spendings: [], faults: [] })
    expect(live.callers).toMatchObject([{ sub: 'u_live', calls: 1 }])
  })
})
