import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listening } from '../peers/listening.ts'
import { startServer } from '../programs/server.ts'
import { type Load, measureIngest, startLoad } from './measure.ts'
import { type IngestPeer, ingestPeers } from './peers.ts'
import { hooklineFileName } from './store.ts'

const order = { connections: 4, warmUpMs: 50, measureMs: 150, requestsMax: 6_000, seed: 7 }
const directory = mkdtempSync(join(tmpdir(), 'hookline-bench-'))
const [bare, hookline] = ingestPeers
/** Each measurement starts processes, on a machine that may be busy. */
const slow = { timeout: 60_000 }
let load: Load

beforeAll(() => {
  load = startLoad()
})

afterAll(async () => {
  await load.stop()
  rmSync(directory, { recursive: true })
})

test.each(ingestPeers.filter(({ storage }) => storage !== 'redis'))(
  '$name answers, and what it answered 200 is stored and handled',
  slow,
  async (peer) => {
    const sample = await measureIngest(peer, { load, order, directory })
    expect(sample.requestsPerSecond).toBeGreaterThan(0)
    expect(sample.serverCpuUs).toBeGreaterThan(0)
    expect(sample.latencyP99Ms).toBeGreaterThanOrEqual(sample.latencyP50Ms)
    expect(sample.acknowledged).toBeGreaterThan(0)
    expect(sample.databaseCpuUs).toBeNull()
  },
)

test('a run whose proof fails gives no figure', async () => {
  const check: IngestPeer['check'] = async (_, ids) => [`${ids.length > 0} findings`]
  await expect(measureIngest({ ...bare, check }, { load, order, directory })).rejects.toThrow(
    'true findings',
  )
})

test('an event that is missing, unhandled or handled twice is found', slow, async () => {
  const place = { directory: mkdtempSync(join(directory, 'check-')), settings: { handlers: 1 } }
  const server = await startServer({ program: hookline.program, place })
  const report = load.next('report')
  load.send({ kind: 'run', ports: server.ports, ...order })
  const { acknowledged } = await report
  await hookline.waitUntilHandled(place)
  const [id = ''] = acknowledged
  expect(await hookline.check(place, acknowledged)).toEqual([])
  expect(await hookline.check(place, [id, 'evt_never'])).toEqual([
    '1 answered 200, not stored: evt_never',
    '1 answered 200, not handled: evt_never',
    '1 answered 200, not written by its handler: users/u_never',
  ])
  const db = new DatabaseSync(join(place.directory, hooklineFileName))
  db.exec(`update documents set version = 2 where path = 'users/u_${id.slice('evt_'.length)}'`)
  db.close()
  expect(await hookline.check(place, acknowledged)).toEqual([
    expect.stringMatching(/^1 answered 200, more than once written by its handler: users\/u_/),
  ])
  await server.stop()
})

test('a load with a rate keeps to it, and counts latency from when a request was due', async () => {
  const answerMs = 20
  const server = await listening(
    createServer((request, response) => {
      request.resume().on('end', () => setTimeout(() => response.end('{}'), answerMs))
    }),
  )
  const ratePerSecond = 100
  const run = async (connections: number) => {
    const beganAt = performance.now()
    const report = load.next('report')
    const rate = { ratePerSecond, connections, warmUpMs: 200, measureMs: 400 }
    load.send({ kind: 'run', ports: [server.port], ...order, ...rate })
    return { ...(await report), wholeMs: performance.now() - beganAt }
  }
  const kept = await run(8)
  expect(kept.acknowledged.length).toBeGreaterThan(0)
  expect(kept.acknowledged.length).toBeLessThanOrEqual((ratePerSecond * kept.wholeMs) / 1000 + 1)
  // One connection answers 50 a second at most: what is due waits, and the wait is counted.
  const late = await run(1)
  expect(late.latencyP99Ms).toBeGreaterThan(answerMs * 5)
  await server.stop()
})

test('answers by another status are counted apart', async () => {
  const server = await listening(
    createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(503, { 'content-length': 0 }).end())
    }),
  )
  const report = load.next('report')
  load.send({ kind: 'run', ports: [server.port], ...order })
  const { requests, acknowledged, refused } = await report
  await server.stop()
  expect({ requests, acknowledged }).toEqual({ requests: 0, acknowledged: [] })
  expect(refused['503']).toBeGreaterThan(0)
})
