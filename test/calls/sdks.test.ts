/**
 * The official SDKs of OpenAI and Stripe as witnesses: through `/call` with another address and a
 * token in place of the key, and in the server's own code with a `fetch` in place of theirs.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import OpenAI, { toFile } from 'openai'
import Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { openai, stripe } from '../../src/index.ts'
import { createSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts'
import { type CallApp, startCallApp } from './call-app.ts'
import { type PretendOpenAI, startPretendOpenAI, words } from './pretend-openai.ts'
import { soon } from './soon.ts'

const keys = { openai: 'sk-proj-0123456789abcdefghij', stripe: 'sk_test_0123456789abcdefghij' }
const messages = [{ role: 'user' as const, content: 'Where does the key stay?' }]
let pretend: PretendOpenAI
let sandbox: Sandbox
let sandboxServer: Server
let started: CallApp
let token: string

beforeAll(async () => {
  pretend = await startPretendOpenAI(keys.openai)
  sandboxServer = createServer()
  await new Promise<void>((resolve) => sandboxServer.listen(0, '127.0.0.1', resolve))
  const { port } = sandboxServer.address() as AddressInfo // a TCP server that listens has one
  const url = `http://127.0.0.1:${port}`
  sandbox = createSandbox({
    publicUrl: url,
    endpoints: [],
    clock: systemClock,
    log: silentLog,
    send: fetch,
  })
  const listener = getRequestListener(sandbox.fetch, { overrideGlobalObjects: false })
  sandboxServer.on('request', listener)
  started = await startCallApp({ apis: apisOf(pretend.upstream.url, url) })
  token = await started.app.token({ sub: 'u_1', apis: ['openai', 'stripe'] })
})
afterAll(async () => {
  await started.stop()
  await pretend.upstream.close()
  await sandbox.stop()
  sandboxServer.closeAllConnections()
  await new Promise((resolve) => sandboxServer.close(resolve))
})
afterEach(() => {
  expect(started.logged.join('\n')).not.toMatch(/sk-proj-|sk_test_/)
})

function apisOf(openaiUrl: string, stripeUrl: string) {
  const local = { allowAddresses: ['127.0.0.1'], budget: { requests: 1_000 } }
  return {
    openai: openai({
      allow: ['POST /v1/chat/completions', 'POST /v1/files'],
      key: keys.openai,
      baseUrl: openaiUrl,
      ...local,
    }),
    stripe: stripe({
      allow: ['POST /v1/customers', 'GET /v1/customers/*', 'POST /v1/payment_intents'],
      key: keys.stripe,
      baseUrl: stripeUrl,
      mount: '/v1',
      ...local,
    }),
  }
}

/** Nothing but the address is another; the token stands where the key would. */
function openaiThroughCalls(apiKey = token): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${started.url}/call/openai/v1`, maxRetries: 0 })
}

function stripeThroughCalls(key = token): Stripe {
  const { hostname, port } = new URL(started.url)
  return new Stripe(key, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0 })
}

/** Each token is let go only when the one before has been read. */
async function readInStep(client: OpenAI): Promise<string[]> {
  const stream = await client.chat.completions.create({ model: 'x', messages, stream: true })
  const read: string[] = []
  pretend.release()
  for await (const { choices } of stream) {
    read.push(choices[0]?.delta.content ?? '')
    pretend.release()
  }
  return read
}

describe('the SDK of OpenAI, through /call', () => {
  test('gets a completion', async () => {
    const answer = await openaiThroughCalls().chat.completions.create({ model: 'x', messages })
    expect(answer.choices[0]?.message.content).toBe(words.join(''))
    expect(answer._request_id).toBe('req_1')
  })

  test('gets a streamed completion token by token', async () => {
    expect(await readInStep(openaiThroughCalls())).toEqual(words)
  })

  test('ends a stream at the API when it is left', async () => {
    const before = pretend.upstream.left
    const client = openaiThroughCalls()
    const stream = await client.chat.completions.create({ model: 'x', messages, stream: true })
    pretend.release()
    for await (const _ of stream) break
    await soon(() => pretend.upstream.left).toBe(before + 1)
  })

  test('uploads a file of several hundred kilobytes as a form', async () => {
    const file = await toFile(Buffer.alloc(300_000, 'a'), 'notes.txt')
    const made = await openaiThroughCalls().files.create({ file, purpose: 'assistants' })
    expect(made).toMatchObject({ id: 'file_1', bytes: 300_000 })
  })

  test('is told what is not allowed in its own kinds of errors', async () => {
    const refused = openaiThroughCalls().models.list()
    await expect(refused).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError)
    const unknown = openaiThroughCalls('a.b.c').chat.completions.create({ model: 'x', messages })
    await expect(unknown).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
  })
})

describe('the SDK of Stripe, through /call', () => {
  test('makes a customer and reads it back', async () => {
    const made = await stripeThroughCalls().customers.create({ email: 'a@example.com' })
    expect(made.id).toMatch(/^cus_/)
    const read = await stripeThroughCalls().customers.retrieve(made.id)
    expect(read).toMatchObject({ id: made.id, email: 'a@example.com' })
  })

  test('repeats a request with its idempotency key, and gets the first answer', async () => {
    const create = () =>
      stripeThroughCalls().paymentIntents.create(
        { amount: 999, currency: 'usd' },
        { idempotencyKey: 'order-1' },
      )
    const [first, second] = [await create(), await create()]
    expect(second.id).toBe(first.id)
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true')
  })

  test("gets Stripe's own errors", async () => {
    const wrong = stripeThroughCalls().paymentIntents.create({ amount: -1, currency: 'usd' })
    await expect(wrong).rejects.toMatchObject({ type: 'StripeInvalidRequestError' })
  })

  test('is told what is not allowed', async () => {
    await expect(stripeThroughCalls().refunds.create({ charge: 'ch_1' })).rejects.toMatchObject({
      type: 'StripePermissionError',
    })
    await expect(stripeThroughCalls('a.b.c').customers.list()).rejects.toMatchObject({
      statusCode: 401,
    })
  })
})

describe("the server's own code, with a fetch for the SDK", () => {
  test('calls OpenAI with a key that the SDK does not have, and streams', async () => {
    const client = new OpenAI({ apiKey: 'none', fetch: started.app.fetchFor('openai') })
    const answer = await client.chat.completions.create({ model: 'x', messages })
    expect(answer.choices[0]?.message.content).toBe(words.join(''))
    expect(await readInStep(client)).toEqual(words)
    const file = await toFile(Buffer.alloc(1_000, 'a'), 'notes.txt')
    expect((await client.files.create({ file, purpose: 'assistants' })).bytes).toBe(1_000)
  })

  test('calls Stripe likewise, also what clients may not', async () => {
    const httpClient = Stripe.createFetchHttpClient(started.app.fetchFor('stripe'))
    const client = new Stripe('none', { httpClient, maxNetworkRetries: 0 })
    const made = await client.customers.create({ email: 'b@example.com' })
    expect((await client.customers.list({ limit: 1 })).data[0]?.id).toBe(made.id)
  })

  test('calls no other host', async () => {
    const call = started.app.fetchFor('openai')
    await expect(call('https://evil.test/v1/models')).rejects.toMatchObject({
      code: 'egress_refused',
    })
    await expect(call('https://api.openai.com.evil.test/')).rejects.toMatchObject({
      code: 'egress_refused',
    })
    await expect(started.app.fetchFor('nobody')('https://x.test/')).rejects.toMatchObject({
      code: 'api_unknown',
    })
  })
})

test('every call is written down with whose it was, and no query, body or key', async () => {
  const byUser = await started.calls('sub=u_1&api=stripe&limit=200')
  expect(byUser.length).toBeGreaterThan(3)
  expect(byUser.map(({ path }) => path)).toContain('/v1/payment_intents')
  const byApp = await started.calls('sub=app&limit=200')
  expect(byApp.map(({ path }) => path)).toContain('/v1/customers')
  expect(JSON.stringify([byUser, byApp])).not.toMatch(/limit=1|example\.com|sk_|sk-/)
})
