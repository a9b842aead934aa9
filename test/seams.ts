/** One test body, two seams: the app's `fetch` with a standard Request, and a real socket. */
import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import type { Log } from '../src/base/log.ts'
import { type Hookline, hookline, stripe } from '../src/index.ts'
import { providers } from '../src/providers/index.ts'

export const secret = 'whsec_test_0123456789abcdefghijklmnop'
export const adminKey = 'an-admin-key-for-tests-0123456789'

export interface Sent {
  readonly method?: string
  readonly path: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array | string
}

export interface Received {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export type Send = (sent: Sent) => Promise<Received>

export interface Seam {
  readonly name: 'fetch' | 'socket'
  readonly send: Send
  readonly app: Hookline
  /** What the app logged, to look for what must not be there. */
  readonly logged: string[]
}

/** Runs the tests in `body` once per seam, each on a fresh app. */
export function onBothSeams(body: (seam: Seam) => void): void {
  for (const name of ['fetch', 'socket'] as const) {
    describe(`over ${name}`, () => {
      const seam: { -readonly [K in keyof Seam]: Seam[K] } = {
        name,
        logged: [],
        app: testApp(),
        send: async () => ({ status: 0, headers: new Headers(), text: '' }),
      }
      const directory = mkdtempSync(join(tmpdir(), 'hookline-'))
      beforeAll(async () => {
        const started = await startApp(seam.app, directory, seam.logged)
        seam.send = name === 'fetch' ? overFetch(seam.app) : overSocket(started.url)
      })
      afterAll(async () => {
        await seam.app.stop(500)
        rmSync(directory, { recursive: true })
      })
      body(seam)
    })
  }
}

function testApp(): Hookline {
  const app = hookline({ sources: { stripe: stripe({ secrets: secret }) } })
  app.on('stripe', 'payment_intent.succeeded', (event, tx) => {
    const { userId } = event.data.object.metadata
    tx.doc(`users/${userId}`).update({ unlocked: true })
  })
  return app as unknown as Hookline // the sources' names are not needed by the tests
}

async function startApp(app: Hookline, directory: string, logged: string[]) {
  const write = (message: string, fields?: object) =>
    void logged.push(`${message} ${JSON.stringify(fields ?? {})}`)
  const log: Log = { info: write, warn: write, error: write }
  await app.start({ database: join(directory, 'test.db'), port: 0, adminKey, log, mode: 'test' })
  return await app.listen()
}

function overFetch(app: Hookline): Send {
  return async ({ method = 'POST', path, headers = [], body }) => {
    const list = new Headers()
    for (const [name, value] of headers) list.append(name, value)
    const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD'
    const request = new Request(`http://shop.example${path}`, {
      method,
      headers: list,
      ...(hasBody ? { body: body as BodyInit } : {}),
    })
    const response = await app.fetch(request)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
}

function overSocket(url: string): Send {
  return ({ method = 'POST', path, headers = [], body }) =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(url)
      const raw = headers.flat()
      const request = httpRequest({
        hostname,
        port,
        path,
        method,
        headers: ['host', `${hostname}:${port}`, ...raw],
        agent: false,
      })
      request.on('error', reject)
      request.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('end', () => {
          const received = new Headers()
          for (const [name, value] of Object.entries(response.headers)) {
            received.set(name, String(value))
          }
          const text = Buffer.concat(chunks).toString()
          resolve({ status: response.statusCode ?? 0, headers: received, text })
        })
      })
      request.end(body)
    })
}

export interface SignedOptions {
  readonly at?: number
  readonly secret?: string
}

/** A webhook as Stripe would send it now. */
export function signed(body: Uint8Array | string, options: SignedOptions = {}): Sent {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const now = options.at ?? Math.floor(Date.now() / 1000)
  const headers = providers.stripe.sign(bytes, { secret: options.secret ?? secret, now })
  return {
    path: '/webhooks/stripe',
    headers: [['content-type', 'application/json'], ...headers],
    body: bytes,
  }
}

export function stripeEvent(id: string, over: object = {}): string {
  return JSON.stringify({
    id,
    object: 'event',
    type: 'payment_intent.succeeded',
    livemode: false,
    created: 1_790_000_000,
    data: { object: { id: 'pi_1', metadata: { userId: 'u_1' } } },
    ...over,
  })
}
