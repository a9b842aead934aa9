/** Clients of two processes: each hears of each change of either process, once, in cursor order. */
import { Agent } from 'node:http'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { admin } from '../../src/client/admin.ts'
import { post } from '../crash/load.ts'
import { endApps } from '../crash/running-app.ts'
import { adminKey } from '../crash/settings.ts'
import { stripeEvent } from '../crash/stripe-event.ts'
import { until } from '../crash/until.ts'
import { type Cluster, createCluster, removeCluster, startCluster } from './cluster.ts'
import { launchOn, newDatabase } from './processes.ts'

const changes = process.env.HOOKLINE_LONG === '1' ? 20_000 : 2_000
const lines = 40
const heardWithinMs = 60_000

let cluster: Cluster
const closing = new AbortController()

beforeAll(async () => {
  cluster = await createCluster()
  await startCluster(cluster)
})
afterEach(endApps)
afterAll(async () => {
  closing.abort()
  await removeCluster(cluster)
})

interface Heard {
  readonly cursor: number
  readonly path: string
}

/** What a client of this process hears, from the snapshot on, which it has had by then. */
async function listen(url: string): Promise<Heard[]> {
  const { token } = await admin(url, { key: adminKey }).tokens.create({
    sub: 'u_1',
    read: ['accounts/**'],
    expiresIn: 3_600,
  })
  const answer = await fetch(`${url}/live/accounts/`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
    signal: closing.signal,
  })
  const frames = framesOf(answer)
  expect((await frames.next()).value).toMatch(/event: snapshot/)
  const heard: Heard[] = []
  void collect(frames, heard).catch(() => {}) // it ends with the process, or with the test
  return heard
}

async function collect(frames: AsyncIterable<string>, heard: Heard[]): Promise<void> {
  for await (const frame of frames) {
    const data = /^data: (.*)$/m.exec(frame)?.[1]
    if (data !== undefined && frame.includes('event: change')) heard.push(JSON.parse(data))
  }
}

async function* framesOf({ body }: Response): AsyncGenerator<string> {
  let text = ''
  for await (const chunk of (body as ReadableStream<Uint8Array>).pipeThrough(decoder())) {
    const frames = `${text}${chunk}`.split('\n\n')
    text = frames.pop() ?? ''
    yield* frames.filter((frame) => frame.includes('data:'))
  }
}

function decoder(): TransformStream<Uint8Array, string> {
  const utf8 = new TextDecoder()
  return new TransformStream({
    transform: (bytes, output) => output.enqueue(utf8.decode(bytes, { stream: true })),
  })
}

test(`${changes} changes of two processes reach the clients of both, each once and in order`, {
  timeout: 600_000,
}, async () => {
  const settings = { database: await newDatabase(cluster), leaseMs: 20_000 }
  const apps = [launchOn(cluster, settings), launchOn(cluster, settings)]
  const urls = await Promise.all(apps.map(({ ready }) => ready))
  const heard = await Promise.all(urls.map(listen))
  const agent = new Agent({ keepAlive: true })
  const left = Array.from({ length: changes }, (_, i) => i).values()
  const sending = Array.from({ length: lines }, async () => {
    for (const i of left) {
      const event = stripeEvent(`e${i}`, { account: `a${i}` })
      expect(await post(`${urls[i % 2]}/webhooks/stripe`, event, agent)).toBe(200)
    }
  })
  await Promise.all(sending)
  agent.destroy()
  const isAllHeard = () => heard.every(({ length }) => length >= changes)
  await until('all was heard', isAllHeard, heardWithinMs)
  const wanted = Array.from({ length: changes }, (_, i) => `accounts/a${i}`).sort()
  for (const list of heard) {
    expect(list.map(({ path }) => path).sort()).toEqual(wanted)
    const cursors = list.map(({ cursor }) => cursor)
    expect(cursors).toEqual([...cursors].sort((a, b) => a - b))
  }
})
