import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { silentLog } from '../base/log.ts'
import { attemptTimeoutMs } from './attempt.ts'
import {
  attemptsAtOnceMax,
  attemptsWaitingMax,
  createDeliverer,
  type Deliverer,
  type Delivery,
  deliver,
  recordsMax,
  stopDeliverer,
} from './deliver.ts'
import { stripeRetryDelaysMs } from './stripe/emit.ts'

const startedAt = 1_700_000_000_000
const body = new TextEncoder().encode('{"id":"evt_1"}')

beforeEach(() => void vi.useFakeTimers({ now: startedAt }))
afterEach(() => void vi.useRealTimers())

/** A deliverer whose network answers as `send` says; no jitter, so that times are exact. */
function delivererWith(send: typeof fetch, retryDelaysMs = stripeRetryDelaysMs): Deliverer {
  const clock = { now: () => Date.now() }
  return createDeliverer({ clock, log: silentLog, random: () => 0, send, retryDelaysMs })
}

function delivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    eventId: 'evt_1',
    type: 'payment_intent.succeeded',
    endpointId: 'we_1',
    isRetried: true,
    request: () => ({ url: 'http://127.0.0.1:1/hook', headers: [['T', String(Date.now())]], body }),
    onDelivered() {},
    ...changes,
  }
}

function answering(...statuses: number[]) {
  let count = 0
  return vi.fn<typeof fetch>(async () => {
    const status = statuses[Math.min(count++, statuses.length - 1)] ?? 200
    return new Response(status === 204 ? null : 'answer', { status })
  })
}

describe('retries', () => {
  test('an answer of 2xx ends the delivery', async () => {
    const send = answering(204)
    const onDelivered = vi.fn()
    const record = await deliver(delivererWith(send), delivery({ onDelivered }))
    expect(record).toMatchObject({ ok: true, status: 204, attempt: 1 })
    expect(record.nextAttemptAt).toBeUndefined()
    await vi.advanceTimersByTimeAsync(86_400_000)
    expect(send).toHaveBeenCalledTimes(1)
    expect(onDelivered).toHaveBeenCalledTimes(1)
  })

  test('failures come again after 1 s, 2 s, 4 s, 10 s, 1 min, 10 min and then hourly', async () => {
    const times: number[] = []
    const deliverer = delivererWith(async () => {
      times.push(Date.now() - startedAt)
      return new Response(null, { status: 500 })
    })
    await deliver(deliverer, delivery())
    await vi.advanceTimersByTimeAsync(4 * 86_400_000)
    const gaps = times.map((time, i) => (time - (times[i - 1] ?? 0)) / 1_000)
    expect(gaps.slice(0, 9)).toEqual([0, 1, 2, 4, 10, 60, 600, 3_600, 3_600])
    expect(times.at(-1)).toBeGreaterThan(2.9 * 86_400_000)
    expect(times.at(-1)).toBeLessThanOrEqual(3 * 86_400_000)
    expect(deliverer.timers.size).toBe(0)
  })

  test('every attempt makes its request afresh and sends the same bytes', async () => {
    const send = answering(500, 503, 200)
    await deliver(delivererWith(send), delivery())
    await vi.advanceTimersByTimeAsync(60_000)
    const calls = send.mock.calls.map(([, init]) => init)
    expect(calls.map((init) => new Headers(init?.headers).get('T'))).toEqual(
      [0, 1_000, 3_000].map((ms) => String(startedAt + ms)),
    )
    expect(calls.map((init) => init?.body)).toEqual([body, body, body])
  })

  test.each([300, 301, 302, 308, 400, 404, 410, 429, 500])('%i is a failure', async (status) => {
    const send = answering(status)
    const record = await deliver(delivererWith(send), delivery())
    expect(record).toMatchObject({ ok: false, status, nextAttemptAt: startedAt + 1_000 })
    expect(send.mock.calls[0]?.[1]).toMatchObject({ redirect: 'manual' })
  })

  test('a connection that fails is a failure with its cause', async () => {
    const cause = new Error('connect ECONNREFUSED 127.0.0.1:1')
    const record = await deliver(
      delivererWith(async () => {
        throw new TypeError('fetch failed', { cause })
      }),
      delivery(),
    )
    expect(record).toMatchObject({ ok: false, error: `fetch failed: ${cause.message}` })
    expect(record.status).toBeUndefined()
  })

  test('no answer in 20 s is a failure, even if the network ignores the signal', async () => {
    const running = deliver(
      delivererWith(() => new Promise(() => {})),
      delivery(),
    )
    await vi.advanceTimersByTimeAsync(attemptTimeoutMs)
    expect(await running).toMatchObject({
      ok: false,
      error: 'No answer within 20 s.',
      durationMs: 20_000,
    })
  })

  test('a delivery that is not to be retried is not', async () => {
    const send = answering(500)
    const record = await deliver(delivererWith(send), delivery({ isRetried: false }))
    expect(record.nextAttemptAt).toBeUndefined()
    await vi.advanceTimersByTimeAsync(86_400_000)
    expect(send).toHaveBeenCalledTimes(1)
  })

  test('a failure is logged, but not where the caller is told of it', async () => {
    const warn = vi.fn()
    const log = { ...silentLog, warn }
    const deliverer = { ...delivererWith(answering(500)), log }
    await deliver(deliverer, delivery({ isRetried: false }))
    expect(warn).not.toHaveBeenCalled()
    await deliver(deliverer, delivery())
    expect(warn).toHaveBeenCalledWith(
      'The sandbox could not deliver an event',
      expect.objectContaining({ event: 'evt_1', status: 500, attempt: 1, nextInMs: 1_000 }),
    )
  })

  test('an endpoint that is gone gets no further attempt', async () => {
    const send = answering(500)
    const requests = [delivery().request(), undefined]
    const gone = delivery({ request: () => requests.shift() })
    const deliverer = delivererWith(send)
    await deliver(deliverer, gone)
    await vi.advanceTimersByTimeAsync(86_400_000)
    expect(send).toHaveBeenCalledTimes(1)
    expect(deliverer.records.at(-1)).toMatchObject({ attempt: 2, ok: false })
  })
})

describe('limits', () => {
  test('an endpoint gets a few requests at once, and holds up no other', async () => {
    const waiting: (() => void)[] = []
    const urls: string[] = []
    const deliverer = delivererWith((url) => {
      urls.push(String(url))
      return new Promise((resolve) => waiting.push(() => resolve(new Response())))
    })
    const slow = Array.from({ length: attemptsAtOnceMax + 5 }, () => deliver(deliverer, delivery()))
    const other = { url: 'http://127.0.0.1:2/other', headers: [], body }
    const quick = deliver(deliverer, delivery({ endpointId: 'we_2', request: () => other }))
    await vi.advanceTimersByTimeAsync(0)
    expect(urls.filter((url) => url.endsWith('/hook'))).toHaveLength(attemptsAtOnceMax)
    expect(urls).toContain(other.url)
    while (waiting.length > 0) {
      waiting.shift()?.()
      await vi.advanceTimersByTimeAsync(0)
    }
    expect((await Promise.all([...slow, quick])).every(({ ok }) => ok)).toBe(true)
    expect(deliverer.lanes.size).toBe(0)
  })

  test('so many wait for their turn, and then the oldest is dropped', async () => {
    const deliverer = delivererWith(() => new Promise(() => {}))
    const count = attemptsAtOnceMax + attemptsWaitingMax + 1
    const all = Array.from({ length: count }, () => deliver(deliverer, delivery()))
    const dropped = await all[attemptsAtOnceMax]
    expect(dropped).toMatchObject({ ok: false })
    expect(dropped?.error).toContain('too many deliveries were waiting')
    expect(deliverer.records).toHaveLength(1)
    await stopDeliverer(deliverer)
  })

  test('the record of attempts keeps the newest', async () => {
    const deliverer = delivererWith(answering(200))
    const all = Array.from({ length: recordsMax + 1 }, (_, i) =>
      deliver(deliverer, delivery({ eventId: `evt_${i}` })),
    )
    await vi.advanceTimersByTimeAsync(0)
    await Promise.all(all)
    expect(deliverer.records).toHaveLength(recordsMax)
    expect(deliverer.records.map(({ eventId }) => eventId)).not.toContain('evt_0')
  })

  test('only the beginning of a long answer is kept', async () => {
    const deliverer = delivererWith(async () => new Response('x'.repeat(1_000_000)))
    const record = await deliver(deliverer, delivery())
    expect(record.ok).toBe(true)
    expect(record.body).toHaveLength(8_192)
  })
})

test('stopping ends what is under way, drops what waits and plans nothing more', async () => {
  const send = vi.fn<typeof fetch>(() => new Promise(() => {}))
  const deliverer = delivererWith(send)
  const all = Array.from({ length: attemptsAtOnceMax + 1 }, () => deliver(deliverer, delivery()))
  await vi.advanceTimersByTimeAsync(0)
  await stopDeliverer(deliverer)
  const records = await Promise.all([...all, deliver(deliverer, delivery())])
  expect(records.every(({ ok, nextAttemptAt }) => !ok && nextAttemptAt === undefined)).toBe(true)
  expect(send).toHaveBeenCalledTimes(attemptsAtOnceMax)
  expect(vi.getTimerCount()).toBe(0)
})

test.each([
  'http://example.com/hook',
  'https://10.0.0.1/hook',
  'http://127.0.0.1.example.com/hook',
  'http://localhost@example.com/hook',
  'http://127.0.0.2/hook',
  'file:///etc/passwd',
  'no address',
])('nothing is ever sent to %s', async (url) => {
  const send = answering(200)
  const request = () => ({ url, headers: [], body })
  const record = await deliver(delivererWith(send), delivery({ request }))
  expect(record).toMatchObject({ ok: false })
  expect(record.error).toContain('Not sent')
  expect(send).not.toHaveBeenCalled()
})
