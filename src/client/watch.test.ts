import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect, type Line, type LiveDocument } from './index.ts'
import * as live from './testing/live-server.ts'
import { until } from './testing/until.ts'

let server: live.LiveServer
let line: Line
beforeEach(async () => {
  server = await live.startLiveServer()
  line = connect(server.url, { token: 't' })
})
afterEach(() => live.stopLiveServer(server))

/** Resolves when the server has no connection left. */
async function untilNoSocket(): Promise<void> {
  await until(async () => {
    const count = await new Promise((resolve) => server.http.getConnections((_, n) => resolve(n)))
    expect(count).toBe(0)
  })
}

test('a document is told as it is, then after each change, with the change', async () => {
  live.change(server, 'users/u_1', { n: 1 })
  const seen: unknown[] = []
  const stop = line.watch('users/u_1', (data, change) => seen.push([data, change?.cursor]))
  await until(() => expect(seen).toHaveLength(1))
  live.change(server, 'users/u_2', { n: 9 })
  live.change(server, 'users/u_1', { n: 2 })
  live.change(server, 'users/u_1', null)
  await until(() => expect(seen).toHaveLength(3))
  stop()
  expect(seen).toEqual([
    [{ n: 1 }, undefined],
    [{ n: 2 }, 3],
    [undefined, 4],
  ])
})

test('a document that does not exist is undefined', async () => {
  const seen: unknown[] = []
  line.watch('users/u_1', (data) => seen.push(data))
  await until(() => expect(seen).toEqual([undefined]))
})

test('a path that ends in a slash is the documents below it', async () => {
  live.change(server, 'users/u_2', { n: 1 })
  const seen: (readonly LiveDocument<{ n: number }>[])[] = []
  const folder = 'users'
  line.watch<{ n: number }>(`${folder}/`, (documents) => seen.push(documents))
  await until(() => expect(seen).toHaveLength(1))
  live.change(server, 'users/u_1', { n: 2 })
  await until(() => expect(seen).toHaveLength(2))
  const old = { path: 'users/u_2', data: { n: 1 }, version: 1 }
  expect(seen).toEqual([[old], [{ path: 'users/u_1', data: { n: 2 }, version: 1 }, old]])
})

test('after stop nothing is told and the connection is closed', async () => {
  const seen: unknown[] = []
  const stop = line.watch('a', (data) => seen.push(data))
  await until(() => expect(seen).toHaveLength(1))
  stop()
  live.change(server, 'a', { n: 1 })
  await untilNoSocket()
  stop()
  expect(seen).toEqual([undefined])
})

test('a watch that is stopped before it is connected never tells anything', async () => {
  const seen: unknown[] = []
  line.watch('a', (data) => seen.push(data))()
  await untilNoSocket()
  expect(seen).toEqual([])
})

test('an aborted signal stops a watch without an error', async () => {
  const controller = new AbortController()
  const seen: unknown[] = []
  const onError = (error: unknown) => seen.push(error)
  const { signal } = controller
  line.watch('a', (data) => seen.push(data), { signal, onError })
  await until(() => expect(seen).toHaveLength(1))
  controller.abort()
  await untilNoSocket()
  line.watch('a', (data) => seen.push(data), { signal, onError })
  await untilNoSocket()
  expect(seen).toEqual([undefined])
  expect(server.requests).toHaveLength(1)
})

test('watches of one path share a stream, and the last one closes it', async () => {
  const seen = { a: [] as unknown[], b: [] as unknown[] }
  const stopA = line.watch('x', (data) => seen.a.push(data))
  await until(() => expect(seen.a).toHaveLength(1))
  live.change(server, 'x', { n: 1 })
  await until(() => expect(seen.a).toHaveLength(2))
  const stopB = line.watch('x', (data, change) => seen.b.push([data, change?.cursor]))
  expect(seen.b).toEqual([])
  await until(() => expect(seen.b).toEqual([[{ n: 1 }, undefined]]))
  stopA()
  live.change(server, 'x', { n: 2 })
  await until(() => expect(seen.b).toHaveLength(2))
  expect(seen.b[1]).toEqual([{ n: 2 }, 2])
  expect(seen.a).toHaveLength(2)
  expect(server.requests).toHaveLength(1)
  stopB()
  await untilNoSocket()
})

test('a callback that throws is reported and ends no watch', async () => {
  const errors: unknown[] = []
  const seen: unknown[] = []
  const throwing = (data: unknown) => {
    throw new Error(`no ${JSON.stringify(data)}`)
  }
  line.watch('a', throwing, { onError: (error) => errors.push(String(error)) })
  line.watch('a', (data) => seen.push(data))
  await until(() => expect(seen).toHaveLength(1))
  live.change(server, 'a', { n: 1 })
  await until(() => expect(seen).toHaveLength(2))
  expect(errors).toEqual(['Error: no undefined', 'Error: no {"n":1}'])
})

test('an error that nobody listens for is an uncaught one', async () => {
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  const caught = new Promise((resolve) => process.once('uncaughtException', resolve))
  line.watch('a', () => {
    throw new Error('nobody listens')
  })
  expect(String(await caught)).toBe('Error: nobody listens')
  for (const listener of others) process.on('uncaughtException', listener)
})

test('a watch may be stopped and begun inside a callback', async () => {
  const seen: string[] = []
  const stop = line.watch('a', () => {
    seen.push('first')
    stop()
    line.watch('a', () => seen.push('second'))
  })
  await until(() => expect(seen).toEqual(['first', 'second']))
  live.change(server, 'a', { n: 1 })
  await until(() => expect(seen).toEqual(['first', 'second', 'second']))
})

test('a watch that joins a stream and is stopped at once never tells anything', async () => {
  const seen: unknown[] = []
  line.watch('a', (data) => seen.push(data))
  await until(() => expect(seen).toHaveLength(1))
  line.watch('a', () => seen.push('told after stop'))()
  live.change(server, 'a', { n: 1 })
  await until(() => expect(seen.length).toBeGreaterThan(1))
  expect(seen).toEqual([undefined, { n: 1 }])
})

test('a watch that is begun while a change is told begins with the state', async () => {
  const seen: unknown[] = []
  line.watch('a', (_, change) => {
    if (change?.cursor !== 1) return
    line.watch('a', (data, next) => seen.push([data, next?.cursor]))
  })
  await until(() => expect(server.streams.size).toBe(1))
  live.change(server, 'a', { n: 1 })
  await until(() => expect(seen).toHaveLength(1))
  live.change(server, 'a', { n: 2 })
  await until(() => expect(seen).toHaveLength(2))
  expect(seen).toEqual([
    [{ n: 1 }, undefined],
    [{ n: 2 }, 2],
  ])
})

test('a path with a part that is two dots is refused where it is asked for', () => {
  expect(() => line.watch('users/../keys', () => {})).toThrow(/^path_invalid/)
})
