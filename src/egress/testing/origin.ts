/** A server on this machine that answers as a test wants, and notes what reached it. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { certificate, key } from './certificate.ts'

export interface Origin {
  readonly port: number
  /** The names in the `Host` headers of what arrived. */
  readonly hosts: readonly string[]
  close(): Promise<void>
}

export async function startOrigin(answer: RequestListener, isTls = false): Promise<Origin> {
  const hosts: string[] = []
  const listener: RequestListener = (request, response) => {
    hosts.push((request.headers.host ?? '').replace(/:\d+$/, ''))
    answer(request, response)
  }
  const server: Server = isTls
    ? createTlsServer({ cert: certificate, key }, listener)
    : createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  const close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { port, hosts, close }
}
