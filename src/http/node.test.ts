/** How a listener ends, with connections in every state. */
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Listening, listen } from './node.ts'
import { createServe } from './routes.ts'
import { startServed, type TestServed } from './testing/served.ts'

/** Longer than a test may take: who waits for it never ends. */
const graceMs = 10 * 60_000

let served: TestServed
let listening: Listening
let answer: () => Promise<Response>

beforeEach(async () => {
  served = await startServed()
  answer = async () => new Response('')
  listening = await listen({
    inbox: served.inbox,
    serve: (request) => (request.url.endsWith('/slow') ? answer() : createServe(served)(request)),
    surface: 'all',
    host: '127.0.0.1',
    port: 0,
  })
})
afterEach(() => served.close())

/** What came back, once the server has ended the connection. */
async function open(sent: string): Promise<{ socket: Socket; ended: Promise<string> }> {
  const socket = connect(listening.port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  const ended = new Promise<string>((resolve) => socket.on('close', () => resolve(text)))
  await new Promise<void>((resolve) => socket.on('connect', resolve))
  await new Promise<void>((resolve) => socket.write(sent, () => resolve()))
  return { socket, ended }
}

/** A request of its own behind the others, so that the server has seen what those sent. */
async function seen(): Promise<void> {
  expect((await fetch(`${listening.url}/healthz`)).status).toBe(200)
}

test('a connection opened ahead, with nothing sent, does not hold up the end', async () => {
  const { ended } = await open('')
  await seen()
  await listening.close(graceMs)
  expect(await ended).toBe('')
})

test('half of a request is cut off at its time limit, not when the grace is over', async () => {
  const head = await open('GET /healthz HTTP/1.1\r\nhost: x\r\n')
  await seen()
  await listening.close(graceMs)
  expect(await head.ended).toMatch(/^HTTP\/1\.1 408 /)
})

test('a request under way is answered before its connection ends', async () => {
  let answerNow: (response: Response) => void = () => {}
  const begun = new Promise<void>((resolve) => {
    answer = () => {
      resolve()
      return new Promise((respond) => {
        answerNow = respond
      })
    }
  })
  const { ended } = await open('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n')
  await begun
  const closed = listening.close(graceMs)
  answerNow(new Response('late'))
  await closed
  expect(await ended).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*late/)
})

test('who is still under way when the grace is over is cut off', async () => {
  answer = () => new Promise(() => {})
  const { ended } = await open('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n')
  await seen()
  await listening.close(50)
  expect(await ended).toBe('')
})
