import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { providers } from 'hookline/providers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type IngestPeer, ingestPeers } from './ingest-peers.ts'
import { type Load, measureIngest, startLoad } from './measure-ingest.ts'
import type { FromPeer, ToPeer } from './peer-program.ts'
import { listening } from './peers/listening.ts'
import { prepareRequests, secret } from './prepared-requests.ts'
import { startProgram } from './program.ts'
import { verifyCandidates } from './verify-candidates.ts'

const order = { connections: 4, warmUpMs: 50, measureMs: 150, requestsMax: 6_000, seed: 7 }
const directory = mkdtempSync(join(tmpdir(), 'hookline-bench-'))
let load: Load

beforeAll(() => {
  load = startLoad()
})

afterAll(async () => {
  await load.stop()
  rmSync(directory, { recursive: true })
})

test.each(ingestPeers)(
  '$name answers, and what it answered 200 is stored and handled',
  async (peer) => {
    const sample = await measureIngest(peer, { load, order, directory })
    expect(sample.requestsPerSecond).toBeGreaterThan(0)
    expect(sample.serverCpuUs).toBeGreaterThan(0)
    expect(sample.latencyP99Ms).toBeGreaterThanOrEqual(sample.latencyP50Ms)
    expect(sample.acknowledged).toBeGreaterThan(0)
  },
)

test('a run whose proof fails gives no figure', async () => {
  const [bare] = ingestPeers
  const peer: IngestPeer = { ...bare, check: (_, ids) => [`${ids.length > 0} findings`] }
  await expect(measureIngest(peer, { load, order, directory })).rejects.toThrow('true findings')
})

test('an event that is missing, unhandled or handled twice is found', async () => {
  const [, hookline] = ingestPeers
  const own = mkdtempSync(join(directory, 'check-'))
  const check = async (_: string, acknowledged: readonly string[]) => {
    const id = acknowledged[0]?.slice('evt_'.length)
    expect(hookline.check(own, [`evt_${id}`])).toEqual([])
    expect(hookline.check(own, [`evt_${id}`, 'evt_never'])).toEqual([
      '1 answered 200, not stored: evt_never',
      '1 answered 200, not handled: evt_never',
      '1 answered 200, not written by its handler: users/u_never',
    ])
    const db = new DatabaseSync(join(own, 'hookline.db'))
    db.exec(`update documents set version = 2 where path = 'users/u_${id}'`)
    db.close()
    return hookline.check(own, acknowledged)
  }
  const port = await startHookline(own)
  const report = load.next('report')
  load.send({ kind: 'run', port, ...order })
  const { acknowledged } = await report
  await hookline.waitUntilHandled(own)
  expect(await check(own, acknowledged)).toEqual([
    expect.stringMatching(/^1 answered 200, more than once written by its handler: users\/u_/),
  ])
})

const started: { stop(): Promise<void> }[] = []
afterAll(() => Promise.all(started.map((program) => program.stop())))

async function startHookline(own: string): Promise<number> {
  const [, hookline] = ingestPeers
  const program = startProgram<ToPeer, FromPeer>({ file: hookline.program, argument: own })
  started.push(program)
  return (await program.next('ready')).port
}

test('answers by another status are counted apart', async () => {
  const server = await listening(
    createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(503, { 'content-length': 0 }).end())
    }),
  )
  const report = load.next('report')
  load.send({ kind: 'run', port: server.port, ...order })
  const { requests, acknowledged, refused } = await report
  await server.stop()
  expect({ requests, acknowledged }).toEqual({ requests: 0, acknowledged: [] })
  expect(refused['503']).toBeGreaterThan(0)
})

test('each prepared request is signed over its own bytes and has an id of its own', async () => {
  const now = Math.floor(Date.now() / 1000)
  const requests = prepareRequests({ count: 200, signedAt: now, seed: 7 })
  const buffer = requests.buffer()
  const ids = new Set<string>()
  for (let index = 0; index < requests.count; index++) {
    requests.write(buffer, index)
    const [head = '', body = ''] = buffer.toString().split('\r\n\r\n')
    const signature = /stripe-signature: (.*)/i.exec(head)?.[1] ?? ''
    const outcome = await providers.stripe.verify(
      {
        method: 'POST',
        url: '',
        headers: [['Stripe-Signature', signature]],
        body: Buffer.from(body),
      },
      { secrets: [secret], now },
    )
    if (!outcome.ok) throw new Error(`Request ${index} is refused: ${outcome.reason}`)
    expect(outcome.dedupeKey).toBe(requests.eventId(index))
    ids.add(requests.eventId(index))
  }
  expect(ids.size).toBe(200)
  expect(Math.abs(requests.bodyBytes - 2_500)).toBeLessThan(100)
})

test.each(verifyCandidates())('$provider accepts: $title', async ({ run }) => {
  const accepted = await run()
  expect(accepted).toBeTruthy()
})
