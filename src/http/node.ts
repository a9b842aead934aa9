/**
 * The Node adapter: a `node:http` server with limits on everything. Webhooks go to the inbox with
 * their raw headers, repeats kept; all else becomes a standard Request.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { errorText, HooklineError } from '../base/errors.ts'
import { type Inbox, receive } from '../inbox/receive.ts'
import { noteAddress } from './auth/address.ts'
import { drain, readNodeBody } from './body.ts'
import { answerCall, type CallListener, isCallTarget } from './call-node.ts'
import { answerLiveStream, type LiveListener, liveStreamUrl } from './live-node.ts'
import type { Serve, Surface } from './served.ts'
import { sourceNameOf, toParts, webhooksPrefix } from './webhooks.ts'

/** A sender of headers or of a body slower than this is cut off. */
const headersTimeoutMs = 5_000
const requestTimeoutMs = 10_000
const connectionsCheckingIntervalMs = 1_000
const keepAliveTimeoutMs = 30_000
const connectionsMax = 12_000
/** While the server closes. */
const idleCheckMs = 50
const headersBytesMax = 16_384

export interface ListenOptions {
  readonly inbox: Inbox
  readonly serve: Serve
  readonly surface: Surface
  /** Whether a path is that of a call; absent: none is. */
  readonly isCall?: CallListener['isCall']
  /** Answers a live stream; absent: `serve` does. */
  readonly live?: LiveListener['live']
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
}

export interface Listening {
  readonly url: string
  readonly port: number
  /** Takes no new connection, lets open requests end, then closes what is left. */
  close(graceMs: number): Promise<void>
}

/** @throws HooklineError `port_in_use`. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const others = getRequestListener(
    (request, { incoming }) => {
      noteAddress(request, incoming.socket.remoteAddress)
      return options.serve(request, options.surface)
    },
    { overrideGlobalObjects: false },
  )
  const calls: CallListener = { isCall: () => false, ...options, log: options.inbox.log }
  const isCall = (url = '') => isCallTarget(url, calls.isCall)
  const { live, inbox } = options
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: connectionsCheckingIntervalMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      maxHeaderSize: headersBytesMax,
    },
    (request, response) => {
      const isWebhook = options.surface !== 'admin' && request.url?.startsWith(webhooksPrefix)
      if (isWebhook) void answerWebhook(inbox, request, response)
      else if (isCall(request.url)) void answerCall(calls, request, response)
      else {
        const url = live && liveStreamUrl(request)
        if (url) void answerLiveStream({ live, log: inbox.log }, url, request, response)
        else void others(request, response)
      }
    },
  )
  server.maxConnections = connectionsMax
  const sockets = socketsOf(server)
  await bind(server, options)
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  const shownHost = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    url: `http://${shownHost}:${port}`,
    port,
    close: (graceMs) => close(server, sockets, graceMs),
  }
}

function bind(server: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error)
      const detail =
        `Port ${port} on ${host} is taken. Another Hookline or another program listens there. ` +
        'Stop it, or choose another port with --port.'
      reject(new HooklineError('port_in_use', detail, { cause: error }))
    })
    server.listen(port, host, resolve)
  })
}

/** The connections that are open. */
function socketsOf(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

async function close(server: Server, sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  // Not the method of `node:http`: it also ends the time limits, and who sends half of a request
  // would hold up the end for all of `graceMs`.
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve())
  })
  const closeIdle = () => {
    // Opened by a browser for a request to come, say; Node takes it for one whose request comes.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    server.closeIdleConnections()
  }
  closeIdle()
  // Again and again: Node keeps a connection whose last answer ends later open until it times out.
  const idleTimer = setInterval(closeIdle, idleCheckMs)
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearInterval(idleTimer)
  clearTimeout(timer)
  server.close() // what is left of it are its time limits
}

async function answerWebhook(
  inbox: Inbox,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { url = '' } = request
    const query = url.indexOf('?')
    const answer = await receive(inbox, {
      source: sourceNameOf(query < 0 ? url : url.slice(0, query)),
      method: request.method ?? '',
      url: `http://${request.headers.host ?? 'localhost'}${url}`,
      headers: pairs(request.rawHeaders),
      readBody: (bodyBytesMax) => readNodeBody(request, bodyBytesMax),
      remote: () => request.socket.remoteAddress,
    })
    const { status, headers, body } = toParts(answer)
    if (!request.readableEnded) drain(request)
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
    response.end(body)
  } catch (error) {
    inbox.log.error('a webhook could not be answered', { error: errorText(error) })
    response.destroy()
  }
}

function pairs(rawHeaders: readonly string[]): [name: string, value: string][] {
  const headers: [string, string][] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? ''])
  }
  return headers
}
