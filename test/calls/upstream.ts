/** A pretend API on a socket of its own, which keeps what reached it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Reached {
  readonly method: string
  readonly url: string
  readonly headers: NodeJS.Dict<string | string[]>
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

export type Answer = (response: ServerResponse, request: Reached) => unknown

export interface Upstream {
  readonly url: string
  readonly port: number
  /** What reached it, in the order in which the bodies ended. */
  readonly reached: Reached[]
  /** Connections that its callers closed before they were answered whole. */
  left: number
  /** What answers from now on. */
  answer: Answer
  close(): Promise<void>
}

export const plainAnswer: Answer = (response) => {
  response.setHeader('content-type', 'application/json').end('{"ok":true}')
}

export async function startUpstream(answer: Answer = plainAnswer): Promise<Upstream> {
  const server = createServer((request, response) => void take(upstream, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  const upstream: Upstream = {
    url: `http://127.0.0.1:${port}`,
    port,
    reached: [],
    left: 0,
    answer,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return upstream
}

async function take(upstream: Upstream, request: IncomingMessage, response: ServerResponse) {
  response.on('close', () => {
    if (!response.writableFinished) upstream.left++
  })
  const pieces: Buffer[] = []
  try {
    for await (const piece of request) pieces.push(piece)
  } catch {
    return // The caller left within its body.
  }
  const { method = '', url = '', headers, rawHeaders } = request
  const reached = { method, url, headers, rawHeaders, body: Buffer.concat(pieces) }
  upstream.reached.push(reached)
  await upstream.answer(response, reached)
}
