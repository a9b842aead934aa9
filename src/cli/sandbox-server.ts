/**
 * The sandbox on a port of this machine: for `dev`, which runs it beside the app, and for
 * `sandbox`.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { systemClock } from '../base/clock.ts'
import { HooklineError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { createSandbox, type SandboxEndpoint } from '../sandbox/sandbox.ts'

/** Loopback only: whoever reaches the sandbox can have events signed. */
const host = '127.0.0.1'

export interface SandboxServer {
  readonly url: string
  setEndpoints(endpoints: readonly SandboxEndpoint[]): void
  stop(): Promise<void>
}

export interface SandboxServerOptions {
  /** 0 lets the system choose. */
  readonly port: number
  /** What chooses another port, for whoever finds this one taken. */
  readonly portAdvice: string
  readonly endpoints: readonly SandboxEndpoint[]
  readonly log: Log
}

/** @throws HooklineError `port_in_use`. */
export async function startSandboxServer({
  port,
  portAdvice,
  endpoints,
  log,
}: SandboxServerOptions): Promise<SandboxServer> {
  const server = createServer()
  await bind(server, port, portAdvice)
  const { port: bound } = server.address() as AddressInfo // a TCP server that listens has one
  const url = `http://${host}:${bound}`
  const sandbox = createSandbox({ publicUrl: url, endpoints, clock: systemClock, log, send: fetch })
  const answer = getRequestListener((request) => sandbox.fetch(request), {
    overrideGlobalObjects: false,
  })
  server.on('request', (request, response) => void answer(request, response))
  return {
    url,
    setEndpoints: (given) => sandbox.setEndpoints(given),
    stop: async () => {
      await sandbox.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function bind(server: Server, port: number, portAdvice: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error)
      const detail =
        `Port ${port} is taken, so the sandbox can not have it. Another \`hookline dev\` or ` +
        `another program likely listens there. Stop it, or choose ${portAdvice}.`
      reject(new HooklineError('port_in_use', detail, { cause: error }))
    })
    server.listen(port, host, resolve)
  })
}
