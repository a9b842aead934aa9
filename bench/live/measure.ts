/** One measurement of `live`: clients connect, then changes go out to all of them. */
import { readFileSync } from 'node:fs'
import { newPlace, removePlace } from '../ingest/measure.ts'
import { median } from '../measuring/alternate.ts'
import type { Cores } from '../programs/cores.ts'
import type { Usage } from '../programs/peer-program.ts'
import { type ServerProcess, startServer } from '../programs/server.ts'
import type { Heard, OpenOrder } from './clients.ts'

export interface LivePeer {
  readonly name: string
  readonly title: string
  readonly program: URL
}

export interface LiveSample {
  readonly clients: number
  /** From the first connection to the last snapshot. */
  readonly connectMs: number
  /** Of the server, after a collection of garbage, for each client. */
  readonly residentBytes: number
  readonly heapBytes: number
  /** From the write of a change to its arrival: medians over the changes. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly lastMs: number
  /** Of the server, for one change to one client. */
  readonly cpuUs: number
}

export interface LiveOptions {
  readonly clients: number
  readonly changes: number
  readonly directory: string
  readonly cores?: Cores | undefined
}

const clientsProgram = new URL('clients.ts', import.meta.url)
/** Connected before memory is first read, so that code loaded for the first is not counted. */
const firstClientsMax = 200

export async function measureLive(peer: LivePeer, options: LiveOptions): Promise<LiveSample> {
  const { directory, cores } = options
  const place = await newPlace({ name: peer.name, storage: 'files' }, { directory })
  const server = await startServer({ program: peer.program, place, cores: cores?.server })
  const audience = await startServer({ program: clientsProgram, place, cores: cores?.load })
  try {
    const [serving] = server.processes
    const [listening] = audience.processes
    if (!serving || !listening) throw new Error('A program did not start.')
    const connected = await connectAll(serving, listening, options)
    const heard = await changeAll(serving, listening, options)
    return { ...connected, ...heard }
  } finally {
    await audience.stop()
    await server.stop()
    await removePlace(place, {})
  }
}

async function connectAll(
  serving: ServerProcess,
  listening: ServerProcess,
  { clients }: LiveOptions,
) {
  const token = await serving.ask<string>('token')
  const open = async (count: number) => {
    const order: OpenOrder = { port: serving.port, token, count }
    await listening.ask('open', JSON.stringify(order))
  }
  const first = Math.min(firstClientsMax, Math.floor(clients / 2))
  await open(first)
  const before = await serving.ask<Usage>('memory')
  const beganAt = performance.now()
  await open(clients - first)
  const connectMs = performance.now() - beganAt
  const after = await serving.ask<Usage>('memory')
  const perClient = (from = 0, to = 0) => (to - from) / (clients - first)
  return {
    clients,
    connectMs,
    residentBytes: perClient(before.residentBytes, after.residentBytes),
    heapBytes: perClient(before.heapBytes, after.heapBytes),
  }
}

/** The first change is not counted: it warms up what all use. */
async function changeAll(
  serving: ServerProcess,
  listening: ServerProcess,
  { changes, clients }: LiveOptions,
) {
  const all: Heard[] = []
  let cpuMs = 0
  for (let n = 0; n <= changes; n++) {
    await listening.ask('expect')
    const before = await serving.ask<Usage>('usage')
    await serving.ask('change', n)
    const heard = await listening.ask<Heard>('heard')
    const after = await serving.ask<Usage>('usage')
    if (n === 0) continue
    all.push(heard)
    cpuMs += after.cpuMs - before.cpuMs
  }
  const middle = (of: (heard: Heard) => number) => median(all.map(of))
  return {
    p50Ms: middle(({ p50Ms }) => p50Ms),
    p99Ms: middle(({ p99Ms }) => p99Ms),
    lastMs: middle(({ lastMs }) => lastMs),
    cpuUs: (cpuMs * 1000) / changes / clients,
  }
}

/** Each client is one open file for the server and one for the clients' process. */
const otherFilesMax = 300

/** As many as wanted, or as the limit of open files lets a process have. */
export function clientsPossible(wanted: number): number {
  return Math.min(wanted, Math.max(1, filesMax() - otherFilesMax))
}

/** Node raises its own limit to the hard one when it starts. */
function filesMax(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8')
    const hard = /^Max open files +\S+ +(\S+)/m.exec(limits)?.[1]
    return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard ?? otherFilesMax)
  } catch {
    return Number.POSITIVE_INFINITY // no Linux: the run itself tells
  }
}
