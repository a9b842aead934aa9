import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '../base/log.ts'
import { type Hookline, hookline } from '../hookline.ts'
import { stripe } from '../providers/index.ts'
import { type CliProcess, runCli, startCli, temporaryFolder } from './testing/cli-process.ts'
import { until } from './testing/until.ts'

const secret = 'whsec_of_the_deployed_server_and_here'
const adminKey = 'an-admin-key-that-is-long-enough'

interface Received {
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** A server of this machine that answers as it is told, and keeps what came. */
async function startTarget(port = 0) {
  const received: Received[] = []
  const answers: number[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    received.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks) })
    response.writeHead(answers.shift() ?? 200).end('ok')
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const { port: bound } = server.address() as AddressInfo // a TCP server that listens has one
  return {
    received,
    answers,
    port: bound,
    url: `http://127.0.0.1:${bound}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('events of a deployed server', () => {
  let deployed: Pick<Hookline, 'stop'>
  let from: string
  let directory: string
  let target: Awaited<ReturnType<typeof startTarget>>
  let listeners: CliProcess[]

  beforeEach(async () => {
    directory = temporaryFolder()
    target = await startTarget()
    listeners = []
    const app = hookline({ sources: { stripe: stripe({ secrets: secret }) } })
    deployed = app
    const config = { port: 0, adminPort: undefined, host: '127.0.0.1', adminKey }
    const database = join(directory, 'deployed.db')
    await app.start({ ...config, database, masterKey: randomBytes(32), log: silentLog })
    from = (await app.listen()).url
  })
  afterEach(async () => {
    for (const listener of listeners) await listener.insist('SIGKILL')
    await target.close()
    await deployed.stop(0)
  })

  async function send(n: number, more = ''): Promise<{ body: Buffer; signature: string }> {
    const text = `{"id":"evt_${n}","type":"a.b","livemode":false,"x":"é\\u0000 ${more}"}`
    const body = Buffer.from(text)
    const headers = stripe.sign(body, { secret, now: Math.floor(Date.now() / 1_000) })
    const response = await fetch(`${from}/webhooks/stripe`, { method: 'POST', headers, body })
    expect(response.status).toBe(200)
    return {
      body,
      signature:
        new Map(headers.map(([name, value]) => [name, value])).get('Stripe-Signature') ?? '',
    }
  }

  function listen(...more: string[]): CliProcess {
    const args = ['listen', '--from', from, '--forward', target.url, ...more]
    const listener = startCli(args, { directory, environment: { HOOKLINE_ADMIN_KEY: adminKey } })
    listeners.push(listener)
    return listener
  }

  const came = (count: number) =>
    until(`${count} have come`, () => (target.received.length >= count ? true : undefined))

  test('come with the bytes and headers that came, once, also over a restart', async () => {
    await send(1)
    const first = listen('--since', '1h')
    await came(1)
    const sent = await send(2, 'second')
    await came(2)
    expect(target.received[1]?.url).toBe('/webhooks/stripe')
    expect(target.received[1]?.body.equals(sent.body)).toBe(true)
    expect(target.received[1]?.headers['stripe-signature']).toBe(sent.signature)
    first.child.kill('SIGTERM')
    expect((await first.ended).code).toBe(0)
    await send(3)
    const second = listen()
    await came(3)
    await second.printed(/evt_\w{26} {2}✓ 200 {2}stripe {2}a\.b/)
    second.child.kill('SIGTERM')
    await second.ended
    const texts = target.received.map(({ body }) => JSON.parse(body.toString()).id)
    expect(texts).toEqual(['evt_1', 'evt_2', 'evt_3'])
    expect(first.stdout() + second.stderr()).not.toContain(adminKey)
  })

  test('wait for a server that is away; what it refuses is not sent again', async () => {
    const { port } = target
    await target.close()
    const listener = listen('--since', '1h', '--json')
    await send(1)
    await listener.printed(/does not answer.*hookline dev/)
    target = await startTarget(port)
    target.answers.push(400)
    await came(1)
    await listener.printed(/"status":400/)
    await send(2)
    await listener.printed(/"status":200/)
    expect(target.received).toHaveLength(2)
  })

  test('are not had with a wrong key, nor without one; each is one line', async () => {
    const args = ['listen', '--from', from, '--forward', target.url]
    const environment = { HOOKLINE_ADMIN_KEY: `${adminKey}-wrong` }
    const wrong = await runCli(args, { directory, environment })
    expect([wrong.code, wrong.stdout]).toEqual([1, ''])
    expect(wrong.stderr).toMatch(/^hookline: .*\n$/)
    const none = await runCli(args, { directory })
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('HOOKLINE_ADMIN_KEY')])
    const half = await runCli(['listen', '--from', from], { directory })
    expect(half.code).toBe(2)
  })
})
