/** Logs, history of documents, dead letters by group, replays that wait: what an operator asks. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keepingLines } from '../../base/log-lines.ts'
import type { Admin } from '../../client/admin.ts'
import { adminOf, call } from '../testing/admin-call.ts'
import { settle } from '../testing/deliveries.ts'
import { acceptEvent, startServed, type TestServed } from '../testing/served.ts'
import { type Way, ways } from '../testing/ways.ts'

describe.each(ways)('operating $name', ({ open }) => {
  let served: TestServed
  let way: Way
  let api: Admin
  beforeEach(async () => {
    served = await startServed()
    way = await open(served)
    api = adminOf(way)
  })
  afterEach(async () => {
    await way.close()
    await served.close()
  })

  const get = async <T>(path: string) => {
    const { status, body } = await call(way, path)
    expect([status, path]).toEqual([200, path])
    return body as T // its shape is held by the description
  }
  const post = (path: string, body: object) => call(way, path, { method: 'POST', body })
  const noUser = (i: number) => `Error: no user u_${i}\n    at grant (app.ts:${i}:1)`

  async function failSome(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      await acceptEvent(served)
      await settle(served, 'stripe/grant', { outcome: 'failed', error: noUser(i), retryAt: null })
    }
  }

  test('dead letters come by handler and error, and a group is tried again together', async () => {
    await failSome(3)
    await settle(served, 'stripe/record', { outcome: 'failed', error: 'It broke.', retryAt: null })
    const { data } = await get<{ data: { target: string; error: string; count: number }[] }>(
      '/deliveries/groups',
    )
    expect(data.map(({ target, error, count }) => [target, error, count])).toEqual([
      ['stripe/grant', 'Error: no user …', 3],
      ['stripe/record', 'It broke.', 1],
    ])
    const filter = { state: 'failed', target: 'stripe/grant', error: 'Error: no user …' }
    expect((await post('/deliveries/retry', { filter, dryRun: true })).body).toEqual({ matched: 3 })
    expect((await api.deliveries.list({ state: 'failed' })).data).toHaveLength(4)
    const { body } = await post('/deliveries/retry', { filter })
    expect(body).toEqual({ changed: 3, isDone: true })
    const left = (await api.deliveries.list({ state: 'failed' })).data
    expect(left.map(({ target }) => target)).toEqual(['stripe/record'])
  })

  test('what is of the other mode is neither shown nor touched', async () => {
    await failSome(2)
    expect(await get('/deliveries/groups?mode=live')).toMatchObject({ data: [] })
    const live = { filter: { state: 'failed', mode: 'live' } }
    expect((await post('/deliveries/cancel', live)).body).toMatchObject({ changed: 0 })
    const test = { filter: { state: 'failed', mode: 'test' } }
    expect((await post('/deliveries/cancel', test)).body).toMatchObject({ changed: 2 })
  })

  test('a document tells what changed it, and an event what it changed', async () => {
    await api.documents.put('users/u_1', { n: 1 })
    const id = await acceptEvent(served)
    const effects = [{ kind: 'set', path: 'users/u_1', data: { n: 2 } }] as const
    await settle(served, 'stripe/grant', { outcome: 'done', effects, reads: [] })
    expect(await get('/changes?path=users/u_1')).toMatchObject({
      data: [
        { type: 'set', data: { n: 2 }, version: 2, eventId: id },
        { type: 'set', data: { n: 1 }, version: 1, eventId: null },
      ],
      next: null,
    })
    const difference = { path: 'users/u_1', before: { n: 1 }, data: { n: 2 }, isBeforeKnown: true }
    expect(await get(`/changes?eventId=${id}`)).toMatchObject({ data: [difference] })
    expect((await api.events.get(id)).changes).toMatchObject([difference])
    for (const query of ['', `?path=users/u_1&eventId=${id}`, '?path=../x']) {
      expect((await call(way, `/changes${query}`)).status).toBe(400)
    }
  })

  test('lines of the log are found by event, source, level, text and time', async () => {
    const log = keepingLines(served.logs, served.log)
    log.warn('a handler failed', { event: 'evt_1', source: 'stripe', error: 'No such USER' })
    served.pass(60_000)
    log.error('failed for good', { event: 'evt_1', source: 'stripe' })
    log.info('ready')
    const messages = async (query: string) => {
      const { data } = await get<{ data: { message: string }[] }>(`/logs?${query}`)
      return data.map(({ message }) => message)
    }
    expect(await messages('')).toEqual(['ready', 'failed for good', 'a handler failed'])
    expect(await messages('event=evt_1&level=error')).toEqual(['failed for good'])
    expect(await messages('level=warn')).toEqual(['failed for good', 'a handler failed'])
    expect(await messages('q=no+such+user&source=stripe')).toEqual(['a handler failed'])
    expect(await messages('until=2026-01-31T12:00:30Z')).toEqual(['a handler failed'])
    expect(await messages('since=2026-01-31T12:00:30Z')).toHaveLength(2)
    const first = await get<{ next: string }>('/logs?limit=2')
    expect(await messages(`limit=2&cursor=${first.next}`)).toEqual(['a handler failed'])
  })

  test('a replay waits while it is paused, and goes at the rate that was asked for', async () => {
    for (let i = 0; i < 3; i++) await acceptEvent(served, { deliveries: [] })
    const { id } = await api.replays.create({ filter: { source: 'stripe' }, perSecond: 1 })
    expect(await api.replays.pause(id)).toMatchObject({ state: 'paused', perSecond: 1 })
    served.pass(10_000)
    const advance = () => served.storage.advanceReplay(10, served.deliveriesFor)
    expect(await advance()).toBeUndefined()
    expect(await api.replays.resume(id)).toMatchObject({ state: 'running', replayed: 0 })
    expect(await advance()).toMatchObject({ replayed: 0 })
    served.pass(2_000)
    expect(await advance()).toMatchObject({ replayed: 2, state: 'running' })
    expect(await api.replays.get(id)).toMatchObject({ filter: { source: 'stripe' }, targets: null })
    served.pass(1_000)
    await advance()
    served.pass(1_000)
    await advance()
    expect(await api.replays.pause(id)).toMatchObject({ state: 'done', replayed: 3 })
  })

  test('the server says what it is, and nothing of its machine', async () => {
    const body = await get<object>('/server')
    expect(body).toMatchObject({ engine: 'sqlite', modes: ['test'], isDev: false })
    expect(JSON.stringify(body)).not.toContain('hookline-http')
  })
})
