/** The app that the attacks are made on: one pretend API behind it, and a search for its key. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { openai } from '../../src/index.ts'
import { type CallApp, startCallApp } from './call-app.ts'
import { type Raw, rawText, sendRaw, statusOf } from './raw-request.ts'
import { plainAnswer, startUpstream, type Upstream } from './upstream.ts'

export const key = 'sk-proj-Zx81/abc+DEF=0123456789qrstuv'

/** Small enough that a test can go over each of them. */
export const tightLimits = {
  requestBytesMax: 2_000,
  responseBytesMax: 20_000,
  firstByteMs: 1_500,
  idleMs: 700,
  totalMs: 2_500,
}

export interface Attacked {
  readonly url: string
  readonly upstream: Upstream
  readonly started: CallApp
  token(): string
  /** Sends a call as `fetch` does; `tight` is the API with small limits. */
  send(init?: RequestInit & { api?: string; path?: string }): Promise<Response>
  /** Sends the bytes of a call, and gives the status and all that came back. */
  sendRaw(raw?: Omit<Raw, 'token'>): Promise<{ status: number; text: string }>
}

/** One app for the tests of a file. After each, nothing that was seen may hold the key. */
export function attackedApp(): Attacked {
  const seen: string[] = []
  let upstream: Upstream
  let started: CallApp
  let token = ''
  beforeAll(async () => {
    upstream = await startUpstream()
    started = await startCallApp({ apis: apisOf(upstream.url) })
    const budget = { requests: 10_000, concurrent: 100 }
    token = await started.app.token({ sub: 'u_1', apis: { openai: budget, tight: budget } })
  })
  afterAll(async () => {
    await started.stop()
    await upstream.close()
  })
  beforeEach(() => {
    seen.length = 0
    upstream.reached.length = 0
    upstream.answer = plainAnswer
  })
  afterEach(() => {
    expect(formsIn([...seen, ...started.logged].join('\n'))).toEqual([])
  })
  return {
    get url() {
      return started.url
    },
    get upstream() {
      return upstream
    },
    get started() {
      return started
    },
    token: () => token,
    send: async ({ api = 'openai', path = '/v1/chat/completions', ...init } = {}) => {
      const headers = { authorization: `Bearer ${token}`, ...init.headers }
      const answer = await fetch(`${started.url}/call/${api}${path}`, {
        method: 'POST',
        ...init,
        headers,
      })
      const text = await answer.text().catch((error) => `broke off: ${error}`)
      seen.push(text, JSON.stringify([...answer.headers]))
      return new Response(text === '' ? null : text, {
        status: answer.status === 204 ? 200 : answer.status,
        headers: answer.headers,
      })
    },
    sendRaw: async (raw = {}) => {
      const text = await sendRaw(started.url, rawText({ token, ...raw }))
      seen.push(text)
      return { status: statusOf(text), text }
    },
  }
}

function apisOf(baseUrl: string) {
  const options = {
    allow: ['POST /v1/chat/completions', 'GET /v1/models/*', 'DELETE /v1/files/**'],
    key,
    baseUrl,
    allowAddresses: ['127.0.0.1'],
  }
  return { openai: openai(options), tight: openai({ ...options, limits: tightLimits }) }
}

/** The ways in which the key stands in a text. */
function formsIn(text: string): string[] {
  const bytes = Buffer.from(key)
  const forms = [key, encodeURIComponent(key), bytes.toString('hex'), bytes.toString('base64url')]
  return forms.filter((form) => text.includes(form))
}
