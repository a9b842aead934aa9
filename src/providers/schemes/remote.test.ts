import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askRemote } from './remote.ts'

const server = createServer((request, response) => {
  if (request.url === '/large') response.end(Buffer.alloc(65_537))
  else if (request.url === '/full') response.end(Buffer.alloc(65_536))
  else if (request.url === '/moved') response.writeHead(302, { location: '/full' }).end()
  else if (request.url === '/absent') response.writeHead(404).end('no such thing')
  else {
    response.setHeader('cache-control', 'public, max-age=21600, must-revalidate')
    request.pipe(response)
  }
})
let origin = ''

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on a port
})
afterAll(() => new Promise((closed) => server.close(closed)))

describe('askRemote', () => {
  test('gives the body, and how long it may be kept', async () => {
    expect(await askRemote(fetch, { url: `${origin}/echo`, json: { a: 1 } })).toEqual({
      status: 200,
      body: Buffer.from('{"a":1}'),
      maxAgeSeconds: 21_600,
    })
    expect((await askRemote(fetch, { url: `${origin}/full` }))?.body.length).toBe(65_536)
  })

  test('gives nothing of an answer that is over the limit, redirected or not there', async () => {
    expect(await askRemote(fetch, { url: `${origin}/large` })).toBeUndefined()
    expect(await askRemote(fetch, { url: `${origin}/moved` })).toBeUndefined()
    expect(await askRemote(fetch, { url: 'http://127.0.0.1:1/' })).toBeUndefined()
    expect(await askRemote(fetch, { url: `${origin}/absent` })).toEqual({
      status: 404,
      body: Buffer.alloc(0),
    })
  })

  test('believes no fetch that followed a redirect all the same', async () => {
    const following: typeof fetch = (url) => fetch(url)
    expect(await askRemote(following, { url: `${origin}/moved` })).toBeUndefined()
  })

  test('waits five seconds at most, also for a fetch that does not heed its signal', async () => {
    const never: typeof fetch = () => new Promise(() => {})
    const startedAt = performance.now()
    expect(await askRemote(never, { url: `${origin}/echo` })).toBeUndefined()
    expect(performance.now() - startedAt).toBeGreaterThan(4_900)
  }, 15_000)
})
