/**
 * The clients of `live`, all in one process of their own: bare sockets that read a stream and note
 * when a change arrived. They speak as a browser does, and cost less.
 */
import { connect, type Socket } from 'node:net'
import { runPeer } from '../programs/peer-program.ts'
import { monotonicMs } from './monotonic.ts'
import { livePath } from './path.ts'

/** What `open` is asked for, as JSON. */
export interface OpenOrder {
  readonly port: number
  readonly token: string
  readonly count: number
}

/** How the last change reached the clients. */
export interface Heard {
  readonly clients: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly lastMs: number
}

interface Clients {
  readonly sockets: Socket[]
  snapshots: number
  /** From the write of the change to its arrival, of each client. */
  delaysMs: number[]
  changed: () => void
  /** A client that ends by itself ends the run. */
  readonly failed: PromiseWithResolvers<never>
}

/** Connections made at once: a listener's queue is not endless. */
const opensAtOnce = 200
const snapshotMsMax = 60_000
const frameEnd = '\n\n'

await runPeer(async () => {
  const clients: Clients = {
    sockets: [],
    snapshots: 0,
    delaysMs: [],
    changed: () => {},
    failed: Promise.withResolvers(),
  }
  clients.failed.promise.catch(() => {})
  return {
    port: 0,
    commands: {
      open: (order) => open(clients, JSON.parse(order) as OpenOrder),
      expect: () => {
        clients.delaysMs = []
      },
      heard: () => heard(clients),
    },
    stop: () => {
      for (const socket of clients.sockets) socket.destroy()
    },
  }
})

async function open(clients: Clients, { port, token, count }: OpenOrder): Promise<void> {
  const wanted = clients.sockets.length + count
  while (clients.sockets.length < wanted) {
    const many = Math.min(opensAtOnce, wanted - clients.sockets.length)
    for (let i = 0; i < many; i++) clients.sockets.push(openOne(clients, port, token))
    await until(clients, () => clients.snapshots === clients.sockets.length)
  }
}

function openOne(clients: Clients, port: number, token: string): Socket {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  const path = token ? `${livePath}?token=${token}` : livePath
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n`)
  let unread = ''
  socket.on('data', (chunk) => {
    unread += chunk.toString('latin1')
    const end = unread.lastIndexOf(frameEnd)
    if (end < 0) return
    hear(clients, unread.slice(0, end))
    unread = unread.slice(end + frameEnd.length)
  })
  socket.on('error', clients.failed.reject)
  socket.on('close', () => clients.failed.reject(new Error('The server closed a stream.')))
  return socket
}

function hear(clients: Clients, frames: string): void {
  if (frames.includes('event: snapshot')) clients.snapshots++
  else {
    const at = /event: change[\s\S]*"at":([\d.]+)/.exec(frames)?.[1]
    if (at === undefined) return
    clients.delaysMs.push(monotonicMs() - Number(at))
  }
  clients.changed()
}

async function heard(clients: Clients): Promise<Heard> {
  await until(clients, () => clients.delaysMs.length >= clients.sockets.length)
  const sorted = clients.delaysMs.toSorted((a, b) => a - b)
  if (sorted.length !== clients.sockets.length) throw new Error('A change arrived twice.')
  const quantile = (q: number) => sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN
  return {
    clients: sorted.length,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    lastMs: quantile(1),
  }
}

async function until(clients: Clients, isReached: () => boolean): Promise<void> {
  if (isReached()) return
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const late = () => reject(new Error(`Not all clients heard within ${snapshotMsMax} ms.`))
  const timer = setTimeout(late, snapshotMsMax)
  clients.changed = () => {
    if (isReached()) resolve()
  }
  await Promise.race([promise, clients.failed.promise]).finally(() => {
    clearTimeout(timer)
    clients.changed = () => {}
  })
}
