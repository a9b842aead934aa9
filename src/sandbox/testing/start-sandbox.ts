/** A sandbox on a real socket with a receiver behind it, and the official SDK pointed at it. */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import Stripe from 'stripe'
import { systemClock } from '../../base/clock.ts'
import { silentLog } from '../../base/log.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from '../sandbox.ts'
import { type Received, type Receiver, startReceiver } from './receiver.ts'

export const testSecret = 'whsec_sandbox_test_secret_0123456789'

export interface RunningSandbox {
  readonly sandbox: Sandbox
  readonly url: string
  readonly stripe: Stripe
  readonly receiver: Receiver
  /** The events that came so far, each with its signature checked by the SDK. */
  events(): Stripe.Event[]
  /** Waits for a delivery of each of these types and gives their events in this order. */
  eventsOf(...types: string[]): Promise<Stripe.Event[]>
  stop(): Promise<void>
}

/** How a test calls the sandbox: over a socket, or its `fetch` directly. */
export const transports = ['socket', 'fetch'] as const

export async function startSandbox(
  options: Partial<SandboxOptions> = {},
  transport: (typeof transports)[number] = 'socket',
): Promise<RunningSandbox> {
  const receiver = await startReceiver()
  const late: { sandbox?: Sandbox } = {}
  const server = serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => late.sandbox?.fetch(request) ?? new Response(null, { status: 503 }),
  })
  await new Promise<void>((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo // a listening TCP server has one
  const url = `http://127.0.0.1:${port}`
  const sandbox = createSandbox({
    publicUrl: url,
    endpoints: [{ provider: 'stripe', url: receiver.url, secret: testSecret }],
    clock: systemClock,
    log: silentLog,
    send: fetch,
    ...options,
  })
  late.sandbox = sandbox
  const events = () => receiver.received.map(verified)
  return {
    sandbox,
    url,
    stripe: transport === 'socket' ? sdkFor(port) : sdkOf(sandbox, url),
    receiver,
    events,
    eventsOf: async (...types) => {
      await receiver.hasReceived(types.length)
      const found = types.map((type) => events().find((event) => event.type === type))
      return found.flatMap((event) => event ?? [])
    },
    stop: async () => {
      await sandbox.stop()
      await receiver.stop()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function sdkFor(port: number, key = 'sk_test_sandbox'): Stripe {
  const protocol = 'http'
  return new Stripe(key, { host: '127.0.0.1', port, protocol, maxNetworkRetries: 0 })
}

function sdkOf(sandbox: Sandbox, url: string): Stripe {
  const { hostname: host, port } = new URL(url)
  const send: typeof fetch = (input, init) => sandbox.fetch(new Request(input, init))
  const httpClient = Stripe.createFetchHttpClient(send)
  const options = { host, port, protocol: 'http' as const, httpClient, maxNetworkRetries: 0 }
  return new Stripe('sk_test_sandbox', options)
}

/** Throws where the official SDK would refuse the delivery. */
export function verified({ headers, body }: Received): Stripe.Event {
  const signature = headers['stripe-signature'] ?? ''
  return Stripe.webhooks.constructEvent(body, signature, testSecret)
}
