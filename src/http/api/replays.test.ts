import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Admin } from '../../client/admin.ts'
import { adminOf, call } from '../testing/admin-call.ts'
import { acceptEvent, startServed, type TestServed } from '../testing/served.ts'
import { type Way, ways } from '../testing/ways.ts'

describe.each(ways)('/replays $name', ({ open }) => {
  let served: TestServed
  let way: Way
  let api: Admin
  beforeEach(async () => {
    served = await startServed()
    way = await open(served)
    api = adminOf(way)
    await acceptEvent(served, { deliveries: [] })
    await acceptEvent(served, { deliveries: [], type: 'charge.failed' })
    await acceptEvent(served, { deliveries: [], source: 'github', type: 'issues' })
  })
  afterEach(async () => {
    await way.close()
    await served.close()
  })

  const advance = () => served.storage.advanceReplay(10, served.deliveriesFor)
  const targets = async () =>
    (await served.storage.deliveries({}, { limit: 50 })).data.map(({ target }) => target).sort()

  test('a dry run counts and replays nothing', async () => {
    expect(await api.replays.count({ filter: { source: 'stripe' } })).toEqual({ matched: 2 })
    expect(await api.replays.count({ filter: {} })).toEqual({ matched: 3 })
    const answer = await call(way, '/replays', {
      method: 'POST',
      body: { filter: {}, dryRun: true },
    })
    expect(answer.status).toBe(200)
    expect((await api.replays.list()).data).toEqual([])
  })

  test('a replay is a job that says how far it is', async () => {
    const body = { filter: { source: 'stripe', status: 'unhandled' } }
    const answer = await call(way, '/replays', { method: 'POST', body })
    expect(answer).toMatchObject({
      status: 202,
      body: { state: 'running', matched: 2, replayed: 0, createdAt: '2026-01-31T12:00:00.000Z' },
    })
    const { id } = answer.body as { id: string } // matched above
    await advance()
    expect(await api.replays.get(id)).toMatchObject({ state: 'done', replayed: 2 })
    expect((await api.replays.list()).data).toMatchObject([{ id, state: 'done' }])
    expect(await targets()).toEqual(['stripe/grant', 'stripe/record', 'stripe/record'])
  })

  test('a replay to named handlers is to those of its source alone', async () => {
    await api.replays.create({ filter: { source: 'github' }, handlers: ['record'] })
    await advance()
    expect(await targets()).toEqual(['github/record'])
  })

  test('without a source a name means the handlers of all sources', async () => {
    await api.replays.create({ filter: {}, handlers: ['record'] })
    await advance()
    expect(await targets()).toEqual(['github/record', 'stripe/record', 'stripe/record'])
  })

  test('a replay that is stopped goes no further, also when stopped again', async () => {
    const { id } = await api.replays.create({ filter: {} })
    expect(await api.replays.cancel(id)).toMatchObject({ id, state: 'cancelled', replayed: 0 })
    expect(await api.replays.cancel(id)).toMatchObject({ id, state: 'cancelled' })
    expect(await advance()).toBeUndefined()
    expect(await targets()).toEqual([])
  })

  test('one that is done stays done', async () => {
    const { id } = await api.replays.create({ filter: {} })
    await advance()
    expect(await api.replays.cancel(id)).toMatchObject({ state: 'done' })
  })

  test.each([
    [{}],
    [{ filter: null }],
    [{ filter: { sauce: 'stripe' } }],
    [{ filter: { since: 1 } }],
    [{ filter: { q: '\ud800' } }],
    [{ filter: {}, dryRun: 'yes' }],
    [{ filter: {}, handlers: ['nobody'] }],
    [{ filter: { source: 'github' }, handlers: ['grant'] }],
    [{ filter: {}, limit: 5 }],
    [[]],
  ])('%j is refused and begins nothing', async (body) => {
    const answer = await call(way, '/replays', { method: 'POST', body })
    expect(answer).toMatchObject({ status: 400, body: { code: 'payload_invalid' } })
    expect((await api.replays.list()).data).toEqual([])
  })

  test('an id that nothing has is not found', async () => {
    for (const id of ['rpl_00000000000000000000000000', 'x']) {
      await expect(api.replays.get(id)).rejects.toMatchObject({ code: 'not_found' })
      await expect(api.replays.cancel(id)).rejects.toMatchObject({ code: 'not_found' })
    }
  })
})
