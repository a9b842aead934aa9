import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { connect, LineError } from './index.ts'
import * as live from './testing/live-server.ts'
import { until } from './testing/until.ts'

let server: live.LiveServer
beforeEach(async () => {
  server = await live.startLiveServer()
})
afterEach(() => live.stopLiveServer(server))

const tokens = () => server.requests.map(({ headers }) => headers.authorization)

function answerWith(status: number, body: object, type = 'application/problem+json'): void {
  server.refuse = (_, response) =>
    Boolean(response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body)))
}

/** Takes only this token. */
function takeOnly(token: string): void {
  server.refuse = ({ headers }, response) =>
    headers.authorization !== `Bearer ${token}` &&
    Boolean(response.writeHead(401, { 'content-type': 'application/problem+json' }).end('{}'))
}

/** Hands out t1, t2, … */
function countingToken() {
  let count = 0
  return vi.fn(async () => `t${++count}`)
}

test('a refused token is fetched anew once for all streams, and kept', async () => {
  takeOnly('t2')
  const token = countingToken()
  const line = connect(server.url, { token })
  const seen = vi.fn()
  for (const path of ['a', 'b', 'c']) line.watch(path, seen)
  await until(() => expect(seen).toHaveBeenCalledTimes(3))
  expect(token).toHaveBeenCalledTimes(2)
  takeOnly('t3')
  live.cutStreams(server)
  await until(() => expect(tokens().filter((sent) => sent === 'Bearer t3')).toHaveLength(3))
  expect(token).toHaveBeenCalledTimes(3)
})

test('a new token that is refused too ends the watch', async () => {
  takeOnly('none')
  const token = countingToken()
  const onError = vi.fn()
  connect(server.url, { token }).watch('a', () => {}, { onError })
  await until(() => expect(onError).toHaveBeenCalledTimes(1))
  expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: 'token_invalid', status: 401 })
  expect(tokens()).toEqual(['Bearer t1', 'Bearer t2'])
})

test('a token that can not be had is asked for again later', async () => {
  const token = vi.fn(async () => 't')
  token.mockRejectedValueOnce(new TypeError('offline'))
  const line = connect(server.url, { token })
  expect(
    await line.waitFor('a', () => true, { timeoutMs: 10 }).catch((e) => e.cause),
  ).toMatchObject({
    message: 'offline',
  })
  const seen = vi.fn()
  line.watch('a', seen)
  await until(() => expect(seen).toHaveBeenCalled())
})

test.each([
  [400, 'request_refused', /The path is likely .* Check the path/],
  [401, 'token_invalid', /expired .* Make a new one/],
  [403, 'token_forbidden', /does not hold this path\. Make a token with `read: \['users\/\*\*'\]`/],
  [404, 'not_found', /The base URL is likely .* Give `connect`/],
])(
  '%i ends a watch, a wait and an iteration with %s and what to do',
  async (status, code, text) => {
    answerWith(status, { detail: 'Said by the server.' })
    const line = connect(server.url, { token: 'secret-token' })
    const watched = new Promise((_, onError) => {
      line.watch('users/', () => {}, { onError })
    })
    const waits = [watched, line.waitFor('users/', () => true), line.changes('users/').next()]
    for (const wait of waits) {
      const error: unknown = await wait.catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(LineError)
      expect(error).toMatchObject({ code, status, message: expect.stringMatching(text) })
      expect(String(error)).toContain(`was answered with ${status} (Said by the server).`)
      expect(String(error)).not.toContain('secret-token')
    }
    // The watch and the wait share a stream; nothing was asked twice.
    expect(server.requests).toHaveLength(2)
  },
)

test('an answer that is not a stream is named', async () => {
  answerWith(200, {}, 'text/html')
  const wait = connect(server.url, { token: 't' }).waitFor('a', () => true)
  await expect(wait).rejects.toThrow(/^stream_unreadable: .* with 'text\/html', .* Give `connect`/)
})

test('an iteration gives changes from now on, or begins with what is there', async () => {
  live.change(server, 'users/a', { n: 1 })
  const line = connect(server.url, { token: 't' })
  const later = line.changes('users/').next()
  const all = line.changes<{ n: number }>('users/', { initial: true })
  expect((await all.next()).value).toMatchObject({ type: 'set', cursor: 1, data: { n: 1 } })
  await until(() => expect(server.streams.size).toBe(2))
  live.change(server, 'users/a', null)
  expect((await later).value).toMatchObject({ type: 'deleted', cursor: 2, data: null })
})

test('leaving the loop closes its stream', async () => {
  live.change(server, 'users/a', { n: 1 })
  for await (const _ of connect(server.url, { token: 't' }).changes('', { initial: true })) break
  await until(() => expect(server.streams.size).toBe(0))
})

test('an aborted signal ends an iteration with its reason', async () => {
  const controller = new AbortController()
  const next = connect(server.url, { token: 't' })
    .changes('users/', { signal: controller.signal })
    .next()
  await until(() => expect(server.streams.size).toBe(1))
  controller.abort(new Error('enough'))
  await expect(next).rejects.toThrow('enough')
  await until(() => expect(server.streams.size).toBe(0))
})

test('a call carries the token and everything else as it was given', async () => {
  server.refuse = (request, response) => Boolean(request.pipe(response.writeHead(201)))
  const reply = await connect(`${server.url}/`, { token: 't' }).call('openai', '/v1/chat?n=1', {
    method: 'POST',
    body: 'äöü',
    headers: { authorization: 'Bearer other', 'x-own': '1' },
  })
  expect([reply.status, await reply.text()]).toEqual([201, 'äöü'])
  expect(server.requests[0]).toMatchObject({
    method: 'POST',
    url: '/call/openai/v1/chat?n=1',
    headers: { authorization: 'Bearer t', 'x-own': '1' },
  })
})

test('a call is made again with a new token only where the server refused the old', async () => {
  answerWith(401, {}, 'application/json')
  const token = countingToken()
  const line = connect(server.url, { token })
  expect((await line.call('openai', '/v1/models')).status).toBe(401)
  expect(tokens()).toEqual(['Bearer t1'])
  answerWith(401, {})
  expect((await line.call('openai', '/v1/models')).status).toBe(401)
  expect(tokens()).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2'])
})

test('a call whose body can be read only once is not made again', async () => {
  answerWith(401, {})
  const body = new Blob(['once']).stream()
  // Node asks for `duplex` with a stream, and the DOM's types do not know it yet.
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit
  await connect(server.url, { token: countingToken() }).call('openai', '/v1/files', init)
  expect(tokens()).toEqual(['Bearer t1'])
})

test('without a token no request says who asks, so that the cookies of the page do', async () => {
  const line = connect(server.url)
  const seen = vi.fn()
  line.watch('a', seen)
  await until(() => expect(seen).toHaveBeenCalledTimes(1))
  await line.call('openai', '/v1/models')
  expect(tokens()).toEqual([undefined, undefined])
})

test('an iteration tells of its connections and of each snapshot', async () => {
  const told: unknown[] = []
  const ending = new AbortController()
  const changes = connect(server.url).changes('a/', {
    signal: ending.signal,
    onConnection: (isOpen) => told.push(isOpen),
    onSnapshot: () => told.push('snapshot'),
  })
  const next = changes.next()
  await until(() => expect(told).toEqual([true, 'snapshot']))
  live.cutStreams(server)
  await until(() => expect(told).toEqual([true, 'snapshot', false, true]))
  ending.abort(new Error('enough'))
  await expect(next).rejects.toThrow('enough')
})
