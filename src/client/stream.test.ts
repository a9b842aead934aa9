import { afterEach, beforeEach, expect, test } from 'vitest'
import { seededRandom } from '../base/testing/random.ts'
import { type Change, connect } from './index.ts'
import { newFakeTiming, passTime } from './testing/fake-timing.ts'
import * as live from './testing/live-server.ts'
import { until } from './testing/until.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32))
const changeCount = 5_000
const cutCount = 100

let server: live.LiveServer
beforeEach(async () => {
  server = await live.startLiveServer()
})
afterEach(() => live.stopLiveServer(server))

const lastIds = () => server.requests.map(({ headers }) => headers['last-event-id'])

/**
 * Sends in pieces of any size, and cuts the connection after a number of bytes that chance picks.
 */
function cutAtRandom(random: () => number, meanBytes: number): { count: number } {
  const cuts = { count: 0 }
  const left = new WeakMap<live.OpenStream, number>()
  server.write = (stream, text) => {
    const budget = left.get(stream) ?? Math.ceil(random() * 2 * meanBytes)
    if (budget <= 0) return
    const bytes = Buffer.from(text)
    const isCut = cuts.count < cutCount && bytes.length >= budget
    left.set(stream, isCut ? 0 : budget - (cuts.count < cutCount ? bytes.length : 0))
    const middle = Math.floor(random() * bytes.length)
    if (!isCut) {
      stream.response.write(bytes.subarray(0, middle))
      stream.response.write(bytes.subarray(middle))
      return
    }
    cuts.count++
    stream.response.write(bytes.subarray(0, budget), () => stream.response.destroy())
  }
  return cuts
}

/** One writer, a few documents, in bursts of any length. */
async function writeChanges(random: () => number): Promise<void> {
  for (let n = 1; n <= changeCount; n++) {
    const path = `users/u_${Math.floor(random() * 5)}`
    live.change(server, path, random() < 0.1 ? null : { n, text: 'ä€😀'.repeat(random() * 4) })
    if (random() < 0.05) await new Promise((resolve) => setImmediate(resolve))
  }
}

test(
  `${changeCount} changes over ${cutCount} cut connections come once each, in order (seed ` +
    `${seed})`,
  async () => {
    console.info(`seed ${seed}`)
    const random = seededRandom(seed)
    const cuts = cutAtRandom(random, 4_000)
    const line = connect(server.url, { token: 't' })
    const watched: (Change | undefined)[] = []
    let state: unknown
    const stop = line.watch('users/', (documents, change) => {
      state = documents
      watched.push(change)
    })
    const iterated: Change[] = []
    const iteration = (async () => {
      for await (const change of line.changes('users/', { initial: true })) {
        iterated.push(change)
        if (change.cursor === changeCount) return
      }
    })()
    await until(() => expect(server.streams.size).toBe(2))
    await writeChanges(random)
    await iteration
    await until(() => expect(watched.at(-1)?.cursor).toBe(changeCount))
    stop()
    expect(cuts.count).toBe(cutCount)
    expect(iterated).toEqual(server.log)
    expect(watched).toEqual([undefined, ...server.log])
    expect(state).toEqual([...server.documents.values()].sort((a, b) => (a.path < b.path ? -1 : 1)))
  },
)

test('where the missed changes are gone, what they made different is told', async () => {
  for (const path of ['users/a', 'users/b', 'users/c']) live.change(server, path, { n: 1 })
  const seen: unknown[] = []
  const stop = connect(server.url, { token: 't' }).watch('users/', (documents, change) => {
    seen.push([change?.type, change?.path, change?.cursor, documents.length])
  })
  await until(() => expect(seen).toHaveLength(1))
  server.refuse = (_, response) => Boolean(response.writeHead(503).end())
  live.cutStreams(server)
  for (const n of [2, 3]) live.change(server, 'users/b', { n })
  live.change(server, 'users/c', null)
  live.change(server, 'users/d', { n: 1 })
  live.prune(server)
  server.refuse = () => false
  await until(() => expect(seen).toHaveLength(4))
  stop()
  expect(seen).toEqual([
    [undefined, undefined, undefined, 3],
    ['deleted', 'users/c', 7, 2],
    ['set', 'users/b', 7, 2],
    ['set', 'users/d', 7, 3],
  ])
  expect(lastIds().at(-1)).toBe('3')
})

test('an id that came alone is where the next connection resumes', async () => {
  const seen: unknown[] = []
  const stop = connect(server.url, { token: 't' }).watch('users/u_1', (data) => seen.push(data))
  await until(() => expect(seen).toEqual([undefined]))
  for (const { response } of server.streams) response.write('id: 41\n\nid: 42\n')
  await new Promise((resolve) => setImmediate(resolve))
  live.cutStreams(server)
  await until(() => expect(lastIds()).toEqual([undefined, '41']))
  stop()
})

test('a server that is silent for 40 s is left, and one that sends comments is not', async () => {
  const timing = newFakeTiming()
  const seen: unknown[] = []
  const stop = connect(server.url, { token: 't', timing }).watch('a', (data) => seen.push(data))
  await until(() => expect(seen).toHaveLength(1))
  for (let beat = 0; beat < 5; beat++) {
    passTime(timing, 39_999)
    const armed = timing.set
    for (const { response } of server.streams) response.write(': still here\n\n')
    await until(() => expect(timing.set).toBeGreaterThan(armed))
  }
  expect(server.requests).toHaveLength(1)
  const [silent] = server.streams
  passTime(timing, 40_000)
  await until(() => expect(silent?.response.destroyed).toBe(true))
  await until(() => expect(timing.timers.size).toBe(1))
  passTime(timing, 10)
  await until(() => expect(lastIds()).toEqual([undefined, '0']))
  live.change(server, 'a', { n: 1 })
  await until(() => expect(seen).toEqual([undefined, { n: 1 }]))
  stop()
})

test('a server that takes the request and says nothing is left as well', async () => {
  const timing = newFakeTiming()
  server.refuse = () => true
  const stop = connect(server.url, { token: 't', timing }).watch('a', () => {})
  await until(() => expect(server.requests).toHaveLength(1))
  passTime(timing, 40_000)
  await until(() => expect(timing.timers.size).toBe(1))
  passTime(timing, 500)
  await until(() => expect(server.requests).toHaveLength(2))
  stop()
})

test('failing tries come less and less often; one that works starts anew', async () => {
  const timing = newFakeTiming(() => 0.999999)
  server.refuse = (_, response) => Boolean(response.writeHead(503).end())
  const delays: number[] = []
  const stop = connect(server.url, { token: 't', timing }).watch('a', () => {})
  const nextDelay = async () => {
    await until(() => expect(timing.timers.size).toBe(1))
    await until(() => expect([...timing.timers][0]?.dueMs).not.toBe(timing.nowMs + 40_000))
    const dueMs = [...timing.timers][0]?.dueMs ?? 0
    delays.push(Math.round(dueMs - timing.nowMs))
    passTime(timing, dueMs - timing.nowMs)
  }
  for (let n = 0; n < 8; n++) await nextDelay()
  server.refuse = () => false
  await until(() => expect(server.streams.size).toBe(1))
  await until(() => expect(timing.timers.size).toBe(1))
  live.cutStreams(server)
  await nextDelay()
  stop()
  // The last is the server's own `retry: 10`.
  expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 10])
})

test('a reader that takes its time is not a silent server', async () => {
  const timing = newFakeTiming()
  const changes = connect(server.url, { token: 't', timing }).changes('a', { initial: true })
  const first = changes.next()
  await until(() => expect(server.streams.size).toBe(1))
  live.change(server, 'a', { n: 1 })
  live.change(server, 'a', { n: 2 })
  expect((await first).value).toMatchObject({ data: { n: 1 } })
  passTime(timing, 3_600_000)
  expect((await changes.next()).value).toMatchObject({ data: { n: 2 } })
  await changes.return()
  expect(server.requests).toHaveLength(1)
})
