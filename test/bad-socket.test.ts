/** What only a real socket can do: stop half-way, lie about lengths, pipeline, and send slowly. */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { silentLog } from '../src/base/log.ts'
import { type Hookline, hookline, stripe } from '../src/index.ts'
import { adminKey, secret, signed, stripeEvent } from './seams.ts'

const directory = mkdtempSync(join(tmpdir(), 'hookline-'))
let app: Hookline
let url: URL
let count = 0

beforeAll(async () => {
  const made = hookline({ sources: { stripe: stripe({ secrets: secret }) } })
  app = made as unknown as Hookline // the sources' names are not needed here
  await app.start({ database: join(directory, 'test.db'), port: 0, adminKey, log: silentLog })
  url = new URL((await app.listen()).url)
})
afterAll(async () => {
  await app.stop(500)
  rmSync(directory, { recursive: true })
})

/** Head and body of a signed event, so that a test can send them in its own way. */
function parts(contentLength?: number): { head: string; body: string; id: string } {
  const id = `evt_socket_${count++}`
  const body = stripeEvent(id)
  const lines = (signed(body).headers ?? []).map(([name, value]) => `${name}: ${value}`)
  const length = contentLength ?? Buffer.byteLength(body)
  const head = [
    `POST /webhooks/stripe HTTP/1.1`,
    `host: ${url.host}`,
    ...lines,
    `content-length: ${length}`,
  ]
  return { head: `${head.join('\r\n')}\r\n\r\n`, body, id }
}

function open(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname, () => resolve(socket))
    socket.on('error', reject)
  })
}

/** Everything that comes back until the server or the limit ends it. */
function readAll(socket: Socket, untilMs = 15_000): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const timer = setTimeout(() => socket.destroy(), untilMs)
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(text)
    })
  })
}

async function storedIds(): Promise<string[]> {
  const response = await fetch(`${url.origin}/api/v1/events?limit=200`, {
    headers: { authorization: `Bearer ${adminKey}` },
  })
  const { data } = (await response.json()) as { data: { dedupeKey: string }[] }
  return data.map(({ dedupeKey }) => dedupeKey)
}

afterEach(async () => {
  const { path, headers = [], body } = signed(stripeEvent(`evt_alive_${count++}`))
  const response = await fetch(`${url.origin}${path}`, {
    method: 'POST',
    headers: headers.map(([name, value]) => [name, value] as [string, string]),
    body: body as BodyInit,
  })
  expect(response.status).toBe(200)
})

test('a client that stops half-way stores nothing', async () => {
  const { head, body, id } = parts()
  const socket = await open()
  socket.write(head + body.slice(0, 40))
  await new Promise((resolve) => setTimeout(resolve, 50))
  socket.destroy()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await storedIds()).not.toContain(id)
})

test('a client that half-closes in the middle of its body is not taken for done', async () => {
  const { head, body, id } = parts()
  const socket = await open()
  socket.end(head + body.slice(0, 40))
  expect(await readAll(socket)).not.toContain(' 200 ')
  expect(await storedIds()).not.toContain(id)
})

test('a length that is too short does not let a cut body pass', async () => {
  const { head, body, id } = parts(20)
  const socket = await open()
  socket.write(head + body)
  const answer = await readAll(socket)
  expect(answer).toContain(' 400 ')
  expect(answer).not.toContain(' 200 ')
  expect(await storedIds()).not.toContain(id)
})

test('a length that is too long is cut off by the time limit, and nothing is stored', async () => {
  const { head, body, id } = parts(5_000)
  const socket = await open()
  socket.write(head + body)
  expect(await readAll(socket)).not.toContain(' 200 ')
  expect(await storedIds()).not.toContain(id)
}, 20_000)

test('an announced length over the limit is refused before the body is sent', async () => {
  const { head } = parts(2_000_000)
  const socket = await open()
  socket.write(head)
  const answer = readAll(socket, 3_000)
  expect(await answer).toContain(' 413 ')
})

test('both a length and chunks, which proxies read differently, are refused', async () => {
  const { head, body, id } = parts()
  const socket = await open()
  const smuggled = head.replace('\r\n\r\n', '\r\ntransfer-encoding: chunked\r\n\r\n')
  socket.write(`${smuggled}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)
  expect(await readAll(socket)).not.toContain(' 200 ')
  expect(await storedIds()).not.toContain(id)
})

test('two events on one connection are both stored', async () => {
  const [a, b] = [parts(), parts()]
  const socket = await open()
  socket.write(a.head + a.body + b.head + b.body)
  const answer = readAll(socket, 1_000)
  expect((await answer).match(/ 200 /g)).toHaveLength(2)
  expect(await storedIds()).toEqual(expect.arrayContaining([a.id, b.id]))
})

test('headers over the limit are refused', async () => {
  const { head, body } = parts()
  const socket = await open()
  socket.write(head.replace('\r\n', `\r\nx-long: ${'x'.repeat(20_000)}\r\n`) + body)
  expect(await readAll(socket)).toContain(' 431 ')
})
