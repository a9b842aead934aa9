/** An app whose keys are in its vault, and which calls a pretend API. No secret is in its code. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { admin } from '../../src/client/admin.ts'
import { github, hookline, openai, stripe } from '../../src/index.ts'
import { type Answer, startUpstream, type Upstream } from '../calls/upstream.ts'
import { adminKey, signed } from '../seams.ts'
import { ensureBuilt } from './built.ts'

/** What the pretend API must be called with, and no page may ever hold. */
export const apiKey = 'sk-upstream-0123456789abcdefghijkl'
export const [firstSecret, secondSecret] = ['1', '2'].map((n) => `whsec_${n.repeat(32)}`) as [
  string,
  string,
]

export interface KeyedApp {
  readonly url: string
  readonly upstream: Upstream
  readonly api: ReturnType<typeof admin>
  /** The status with which a webhook of Stripe was answered. */
  send(body: string, secret: string): Promise<number>
  stop(): Promise<void>
}

/** @param fill what the database has before the app begins. */
export async function startKeyedApp(
  answer: Answer,
  fill?: (database: string) => Promise<void>,
): Promise<KeyedApp> {
  await ensureBuilt()
  const folder = await mkdtemp(join(tmpdir(), 'hookline-keyed-'))
  const upstream = await startUpstream(answer)
  const app = hookline({
    sources: { stripe: stripe(), github: github() },
    apis: {
      openai: openai({
        ...{ key: apiKey, baseUrl: upstream.url, allowAddresses: ['127.0.0.1'] },
        allow: ['POST /v1/chat/completions', 'GET /v1/models/*'],
      }),
    },
  })
  app.on('stripe', 'payment_intent.succeeded', () => {}, { name: 'unlock' })
  const database = join(folder, 'test.db')
  await fill?.(database)
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  await app.start({
    ...{ database, port: 0, adminKey, log, mode: 'test' },
    masterKey: new Uint8Array(32).fill(7),
    secretsOf: () => [],
  })
  const { url } = await app.listen()
  return {
    url,
    upstream,
    api: admin(url, { key: adminKey }),
    send: (body, secret) => send(url, body, secret),
    stop: async () => {
      await app.stop(500)
      await upstream.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function send(url: string, text: string, secret: string): Promise<number> {
  const { path, headers = [], body } = signed(text, { secret })
  const response = await fetch(url + path, {
    method: 'POST',
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    body: body as BodyInit, // as `signed` made it
  })
  await response.arrayBuffer()
  return response.status
}
