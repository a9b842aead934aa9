/** A server that speaks the frames of `/live` over real sockets, and can be made to fail. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Change, LiveDocument } from '../frame.ts'
import type { JsonObject } from '../wire.ts'

export interface LiveServer {
  readonly url: string
  readonly http: Server
  readonly documents: Map<string, LiveDocument>
  log: Change[]
  cursor: number
  /** Every request that came. */
  readonly requests: IncomingMessage[]
  readonly streams: Set<OpenStream>
  /** Answers instead of the stream where it returns true. */
  refuse: (request: IncomingMessage, response: ServerResponse) => boolean
  /** Writes one frame to one stream; a test replaces it to split or to cut. */
  write: (stream: OpenStream, text: string) => void
}

export interface OpenStream {
  readonly prefix: string
  readonly response: ServerResponse
  sentCursor: number
}

export async function startLiveServer(): Promise<LiveServer> {
  const http = createServer((request, response) => answer(server, request, response))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const server: LiveServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, // listening on TCP
    http,
    documents: new Map(),
    log: [],
    cursor: 0,
    requests: [],
    streams: new Set(),
    refuse: () => false,
    write: ({ response }, text) => response.write(text),
  }
  return server
}

export async function stopLiveServer({ http }: LiveServer): Promise<void> {
  const closed = new Promise((resolve) => http.close(resolve))
  http.closeAllConnections()
  await closed
}

/** Sets a document, or deletes it where the data is null, and tells the streams. */
export function change(server: LiveServer, path: string, data: JsonObject | null): void {
  const version = (server.documents.get(path)?.version ?? 0) + 1
  const cursor = ++server.cursor
  if (data === null) server.documents.delete(path)
  else server.documents.set(path, { path, data, version })
  server.log.push(
    data === null
      ? { type: 'deleted', cursor, path, data, version }
      : { type: 'set', cursor, path, data, version },
  )
  for (const stream of server.streams) sendChanges(server, stream)
}

/** Forgets the log, so that no stream can be resumed. */
export function prune(server: LiveServer): void {
  server.log = []
}

export function cutStreams({ streams }: LiveServer): void {
  for (const { response } of streams) response.destroy()
}

export function frameText(event: string, id: number, data: unknown): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
}

function answer(server: LiveServer, request: IncomingMessage, response: ServerResponse): void {
  server.requests.push(request)
  if (server.refuse(request, response)) return
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  const prefix = decodeURIComponent((request.url ?? '').replace(/^\/live\//, ''))
  const stream = { prefix, response, sentCursor: Number(request.headers['last-event-id'] ?? -1) }
  server.streams.add(stream)
  response.on('close', () => server.streams.delete(stream))
  server.write(stream, 'retry: 10\n\n')
  if (stream.sentCursor < (server.log[0]?.cursor ?? server.cursor + 1) - 1) sendAll(server, stream)
  sendChanges(server, stream)
}

function sendAll(server: LiveServer, stream: OpenStream): void {
  stream.sentCursor = server.cursor
  const documents = [...server.documents.values()].filter(({ path }) =>
    isBelow(path, stream.prefix),
  )
  const snapshot = { cursor: server.cursor, documents }
  server.write(stream, frameText('snapshot', server.cursor, snapshot))
}

function sendChanges(server: LiveServer, stream: OpenStream): void {
  const first = server.log[0]?.cursor ?? 0
  for (const entry of server.log.slice(Math.max(stream.sentCursor + 1 - first, 0))) {
    if (stream.response.destroyed) return
    stream.sentCursor = entry.cursor
    if (!isBelow(entry.path, stream.prefix)) continue
    server.write(stream, frameText('change', entry.cursor, entry))
  }
}

function isBelow(path: string, prefix: string): boolean {
  return prefix.endsWith('/') || prefix === '' ? path.startsWith(prefix) : path === prefix
}
