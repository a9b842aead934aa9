import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { connect, type Line } from './index.ts'
import { newFakeTiming, passTime } from './testing/fake-timing.ts'
import * as live from './testing/live-server.ts'
import { until } from './testing/until.ts'

const timing = newFakeTiming()
let server: live.LiveServer
let line: Line
beforeEach(async () => {
  server = await live.startLiveServer()
  line = connect(server.url, { token: 't', timing })
})
afterEach(() => live.stopLiveServer(server))

const untilOpen = () => until(() => expect(server.streams.size).toBe(1))
const untilClosed = () => until(() => expect(server.streams.size).toBe(0))

/** Until the client has the server's state: another watch shares the stream, and is told of it. */
async function untilState(): Promise<void> {
  const seen = vi.fn()
  const stop = line.watch('orders/o_1', seen)
  await until(() => expect(seen).toHaveBeenCalled())
  stop()
}

test('the document is given as soon as it is as wanted, and the stream is closed', async () => {
  const paid = line.waitFor('orders/o_1', (order) => order.status === 'paid')
  await untilOpen()
  live.change(server, 'orders/o_1', { status: 'open' })
  live.change(server, 'orders/o_1', { status: 'paid', total: 12 })
  expect(await paid).toEqual({ status: 'paid', total: 12 })
  await untilClosed()
  expect(timing.timers.size).toBe(0)
})

test('a document that is as wanted already is given at once', async () => {
  live.change(server, 'orders/o_1', { status: 'paid' })
  expect(await line.waitFor('orders/o_1', () => true)).toEqual({ status: 'paid' })
})

test('a list can be waited for', async () => {
  const two = line.waitFor<{ n: number }>('orders/', (orders) => orders.length === 2)
  await untilOpen()
  live.change(server, 'orders/o_1', { n: 1 })
  live.change(server, 'orders/o_2', { n: 2 })
  expect((await two).map(({ data }) => data.n)).toEqual([1, 2])
})

test('a document that is never written says so when the time is over', async () => {
  const late = line.waitFor('orders/o_1', () => true, { timeoutMs: 5_000 })
  const rejected = expect(late).rejects.toMatchObject({
    code: 'wait_timed_out',
    message:
      "wait_timed_out: 'orders/o_1' was not as wanted within 5000 ms. The document does not " +
      'exist, so likely no handler has written it yet. Look at the deliveries of the event that ' +
      'should have changed it, or raise `timeoutMs`.',
  })
  await untilState()
  passTime(timing, 4_999)
  expect(await Promise.race([late, 'still waiting'])).toBe('still waiting')
  passTime(timing, 1)
  await rejected
  await untilClosed()
})

test('a document that is not as wanted says at which version it is', async () => {
  live.change(server, 'orders/o_1', { status: 'open' })
  const late = line.waitFor('orders/o_1', (order) => order.status === 'paid')
  const rejected = expect(late).rejects.toThrow(/ is at version 1, but the predicate did not hold/)
  await untilState()
  passTime(timing, 30_000)
  await rejected
})

test('a server that is out of reach is named as the likely reason, with the cause', async () => {
  server.refuse = (_, response) => Boolean(response.writeHead(503).end())
  const late = line.waitFor('orders/o_1', () => true, { timeoutMs: 100 })
  const rejected = expect(late).rejects.toMatchObject({
    message: expect.stringMatching(
      /out of reach \(The server answered with 503\.\)\. Check the base/,
    ),
    cause: new Error('The server answered with 503.'),
  })
  await until(() => expect(server.requests).toHaveLength(1))
  await until(() => expect([...timing.timers].some(({ dueMs }) => isBackoff(dueMs))).toBe(true))
  passTime(timing, 100)
  await rejected
})

const isBackoff = (dueMs: number) => dueMs - timing.nowMs > 100 && dueMs - timing.nowMs < 1_000

test('what the predicate throws rejects the wait', async () => {
  live.change(server, 'orders/o_1', {})
  const asked = line.waitFor<{ items: string[] }>('orders/o_1', ({ items }) => items.length > 0)
  await expect(asked).rejects.toThrow(TypeError)
  await untilClosed()
})

test('an aborted signal rejects the wait with its reason', async () => {
  const controller = new AbortController()
  const waiting = line.waitFor('orders/o_1', () => true, { signal: controller.signal })
  await untilOpen()
  controller.abort(new Error('left the page'))
  await expect(waiting).rejects.toThrow('left the page')
  await untilClosed()
  const again = line.waitFor('orders/o_1', () => true, { signal: controller.signal })
  await expect(again).rejects.toThrow('left the page')
  expect(timing.timers.size).toBe(0)
})
