import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startSession } from './auth/session.ts'
import { adminStreamMs } from './live.ts'
import { createServe } from './routes.ts'
import { startServed, type TestServed } from './testing/served.ts'

let served: TestServed
beforeEach(async () => {
  served = await startServed()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await served.close()
})

const url = 'http://localhost:4600/live/users/u_1'

async function openStream(cookie: string): Promise<Response> {
  const headers = { cookie, accept: 'text/event-stream' }
  return await createServe(served)(new Request(url, { headers }))
}

test('the stream of a session ends, and begins again while the session lasts', async () => {
  const [cookie = ''] = (await startSession(served, new Request(url))).split(';')
  const stream = await openStream(cookie)
  expect(stream.status).toBe(200)
  const reader = stream.body?.getReader()
  await reader?.read()
  const rest = (async () => {
    while (!(await reader?.read())?.done);
    return 'ended'
  })()
  vi.advanceTimersByTime(adminStreamMs - 1)
  expect(await Promise.race([rest, tick()])).toBe('open')
  vi.advanceTimersByTime(1)
  expect(await rest).toBe('ended')

  const again = await openStream(cookie)
  expect(again.status).toBe(200)
  await again.body?.cancel()
  const out = new Request('http://localhost:4600/sign-out', { method: 'POST', headers: { cookie } })
  await createServe(served)(out)
  expect((await openStream(cookie)).status).toBe(401)
})

/** After everything that is ready has run. */
async function tick(): Promise<string> {
  await new Promise((resolve) => setImmediate(resolve))
  return 'open'
}
