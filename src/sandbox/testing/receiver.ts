/** A server of a merchant: takes deliveries, keeps them as they came and answers as it is told. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** The status of the next answers; 200 at first. */
  answerWith(status: number, headers?: Record<string, string>): void
  /** Waits until so many deliveries have come. */
  hasReceived(count: number): Promise<void>
  stop(): Promise<void>
}

const waitMs = 10_000

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const watchers = new Set<() => void>()
  let answer: { status: number; headers: Record<string, string> } = { status: 200, headers: {} }
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer) // a request's chunks are Buffers
    const path = request.url ?? ''
    received.push({ path, headers: request.headers, body: Buffer.concat(parts) })
    response.writeHead(answer.status, answer.headers).end('{"received":true}')
    for (const watcher of watchers) watcher()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a listening TCP server has one
  return {
    url: `http://127.0.0.1:${port}/webhooks/stripe`,
    received,
    answerWith: (status, headers = {}) => {
      answer = { status, headers }
    },
    hasReceived: (count) => waitFor(watchers, () => received.length >= count),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function waitFor(watchers: Set<() => void>, isTrue: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The deliveries did not come.')), waitMs)
    const look = () => {
      if (!isTrue()) return
      clearTimeout(timer)
      watchers.delete(look)
      resolve()
    }
    watchers.add(look)
    look()
  })
}
