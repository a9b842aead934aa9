/**
 * Real time from end to end: the real log, hub and client, with a network that fails between
 * them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { seededRandom } from '../../src/base/testing/random.ts'
import { type Change, connect, type Timing } from '../../src/client/index.ts'
import { type Hookline, hookline } from '../../src/index.ts'
import { type CuttingProxy, openCuttingProxy } from './cutting-proxy.ts'

const adminKey = 'an-admin-key-for-tests-0123456789'
const directory = mkdtempSync(join(tmpdir(), 'hookline-'))
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
let app: Hookline
let url: string
let proxy: CuttingProxy

beforeAll(async () => {
  app = hookline({ sources: {} })
  await app.start({ database: join(directory, 'test.db'), port: 0, adminKey, log: silentLog })
  url = (await app.listen()).url
  proxy = await openCuttingProxy(url)
})
afterAll(async () => {
  await proxy.close()
  await app.stop(500)
  rmSync(directory, { recursive: true })
})

/** The client's waits before it reconnects, cut short; the watch over a silent server as it is. */
function hurried(random: () => number): Timing {
  return {
    random,
    after: (ms, run) => {
      const timer = setTimeout(run, ms < 30_000 ? Math.min(ms, 10) : ms)
      return () => clearTimeout(timer)
    },
  }
}

function frames(text: string): string[] {
  return text.split('\n\n').filter((frame) => frame.startsWith('event:'))
}

/** Reads a stream until it holds so many frames. */
async function readFrames(response: Response, count: number): Promise<string[]> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (frames(text).length >= count) return frames(text)
  }
  return frames(text)
}

async function open(path: string, token: string, headers: Record<string, string> = {}) {
  return await fetch(`${url}/live/${path}`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${token}`, ...headers },
  })
}

test(`cut off 100 times, a client has 5,000 changes once, in order (SEED=${seed})`, async () => {
  const random = seededRandom(seed)
  const changes = 5_000
  const cuts = 100
  const token = await app.token({ sub: 'u_1', read: ['cut/**'] })
  const line = connect(proxy.url, { token, timing: hurried(random) })
  const seen: Change<{ n: number }>[] = []
  const begun = Promise.withResolvers<void>()
  await app.doc('cut/begin').set({})
  const reading = (async () => {
    for await (const change of line.changes<{ n: number }>('cut/', { initial: true })) {
      begun.resolve()
      if (change.path === 'cut/begin') continue
      seen.push(change)
      if (change.type === 'set' && change.data.n === changes - 1) return
    }
  })()
  await begun.promise
  let cut = 0
  let written = 0
  while (written < changes || cut < cuts) {
    const batch = Math.min(changes - written, 1 + Math.floor(random() * 60))
    // The last change waits until the last cut has been made.
    const isLast = written + batch === changes
    if (isLast && cut < cuts) {
      cut += proxy.cut()
      await new Promise((resolve) => setTimeout(resolve, random() * 10))
      continue
    }
    const numbers = Array.from({ length: batch }, (_, i) => written + i)
    await Promise.all(numbers.map((n) => app.doc(`cut/${n % 7}`).set({ n })))
    written += batch
    if (cut < cuts && random() < 0.9) cut += proxy.cut()
    await new Promise((resolve) => setTimeout(resolve, random() * 8))
  }
  await reading
  const numbers = seen.map((change) => (change.type === 'set' ? change.data.n : -1))
  expect(numbers).toEqual(Array.from({ length: changes }, (_, n) => n))
  expect(cut).toBeGreaterThanOrEqual(cuts)
}, 60_000)

test('a stream begins with what is, then each change, and never another path', async () => {
  await app.doc('users/u_1').set({ name: 'One' })
  await app.doc('users/u_10').set({ name: 'Ten' })
  const token = await app.token({ sub: 'u_1', read: ['users/u_1'] })
  const response = await open('users/u_1', token)
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const reading = readFrames(response, 3)
  await app.doc('users/u_10').update({ seen: false })
  await app.doc('users/u_1').update({ unlocked: true })
  await app.doc('users/u_1').delete()
  const [snapshot, changed, deleted] = await reading
  expect(snapshot).toMatch(/^event: snapshot\nid: \d+\ndata: {"cursor":\d+,"documents":\[{/)
  expect(snapshot).not.toContain('Ten')
  expect(changed).toContain('"type":"set","path":"users/u_1"')
  expect(changed).toContain('"data":{"name":"One","unlocked":true},"version":2}')
  expect(deleted).toContain('"type":"deleted","path":"users/u_1","data":null,"version":3}')
})

test('a cursor resumes without a gap; one too new or no number gets a snapshot', async () => {
  const token = await app.token({ sub: 'u_2', read: ['resume/**'] })
  await app.doc('resume/a').set({ n: 1 })
  const [first] = await readFrames(await open('resume/', token), 1)
  const id = /id: (\d+)/.exec(first ?? '')?.[1] ?? ''
  await app.doc('resume/a').set({ n: 2 })
  const [resumed] = await readFrames(await open('resume/', token, { 'last-event-id': id }), 1)
  expect(resumed).toContain('event: change')
  expect(resumed).toContain('"n":2')
  for (const wrong of ['999999999', 'abc', '-1']) {
    const [fresh] = await readFrames(await open('resume/', token, { 'last-event-id': wrong }), 1)
    expect(fresh).toContain('event: snapshot')
  }
})

test('a token reads its paths and gets the same 403 for every other', async () => {
  const token = await app.token({ sub: 'u_1', read: ['users/u_1', 'orders/u_1/**', 'rooms/*'] })
  const status = async (path: string) => (await open(path, token)).status
  for (const path of ['users/u_1', 'orders/u_1/', 'orders/u_1/o_1', 'rooms/r_1']) {
    expect([path, await status(path)]).toEqual([path, 200])
  }
  const refused = [
    'users/u_2',
    'users/',
    'users/u_1/x',
    'orders/u_1',
    'orders/u_10/',
    'rooms/',
    'rooms/r/x',
  ]
  for (const path of refused) expect([path, await status(path)]).toEqual([path, 403])
  await app.doc('users/there').set({ is: 1 })
  const [there, absent] = [await open('users/there', token), await open('users/absent', token)]
  expect(await there.text()).toBe(await absent.text())
})

test('no token, a forged one and an expired one are 401', async () => {
  const token = await app.token({ sub: 'u_1', read: ['users/u_1'] })
  const [head, claims, signature] = token.split('.')
  const all = Buffer.from(JSON.stringify({ sub: 'u_1', read: ['**'], exp: 9_999_999_999 }))
  const forged = [
    '',
    'nonsense',
    `${head}.${all.toString('base64url')}.${signature}`,
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${all.toString('base64url')}.`,
    `${head}.${claims}.${signature?.slice(0, -2)}`,
  ]
  for (const one of forged) expect((await open('users/u_1', one)).status).toBe(401)
  expect((await fetch(`${url}/live/users/u_1?token=${token}`)).status).toBe(200)
})

test('the state of a path is JSON with an ETag that changes only when it does', async () => {
  const token = await app.token({ sub: 'u_3', read: ['etag/**'] })
  const read = (etag?: string) =>
    fetch(`${url}/live/etag/`, {
      headers: { authorization: `Bearer ${token}`, ...(etag ? { 'if-none-match': etag } : {}) },
    })
  await app.doc('etag/a').set({ n: 1 })
  const first = await read()
  const etag = first.headers.get('etag') ?? ''
  expect(await first.json()).toMatchObject({
    documents: [{ path: 'etag/a', data: { n: 1 }, version: 1 }],
  })
  await app.doc('elsewhere/b').set({ n: 1 })
  expect((await read(etag)).status).toBe(304)
  await app.doc('etag/a').set({ n: 2 })
  expect((await read(etag)).status).toBe(200)
})

test('a client that never reads is cut off early, and others go on', async () => {
  const token = await app.token({ sub: 'u_4', read: ['slow/**'] })
  const stuck = await open('slow/', token)
  const reader = stuck.body?.getReader()
  await reader?.read()
  const text = 'x'.repeat(60_000)
  const memoryBefore = process.memoryUsage().rss
  const line = connect(url, { token })
  const rest = line.waitFor<{ n: number }>('slow/last', (data) => data.n === 1)
  for (let n = 0; n < 400; n++) await app.doc(`slow/${n % 3}`).set({ text, n })
  await app.doc('slow/last').set({ n: 1 })
  expect(await rest).toEqual({ n: 1 })
  let bytes = 0
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true }
    if (done) break
    bytes += value?.byteLength ?? 0
  }
  // All of it is 24 MB; what it got is what the sockets and the one buffer held.
  expect(bytes).toBeLessThan(15_000_000)
  expect(process.memoryUsage().rss - memoryBefore).toBeLessThan(200_000_000)
}, 30_000)
