/** What the server holds in memory and on disk for what waits: idle live clients, queued events. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Bench, type Context, numberOf } from '../bench.ts'
import { newPlace, removePlace, startLoad } from '../ingest/measure.ts'
import { ratios, spread } from '../measuring/alternate.ts'
import type { Comparison, Report } from '../measuring/report.ts'
import { figure, markdownTable, spreadText } from '../measuring/table.ts'
import type { Usage } from '../programs/peer-program.ts'
import { startServer } from '../programs/server.ts'
import { livePeers } from './live.ts'
import { clientsPossible, type LiveSample, measureLive } from './measure.ts'

export const memory: Bench = {
  name: 'memory',
  question: 'how many bytes does an idle live client take, and a queued event?',
  flags: {
    rounds: { about: 'each measures everything once', full: '3', short: '1', smoke: '1' },
    clients: { about: 'idle, at once', full: '5000', short: '2000', smoke: '50' },
    events: { about: 'queued and not handled', full: '40000', short: '20000', smoke: '500' },
  },
  run: runMemory,
}

export interface QueueSample {
  readonly events: number
  /** Of the server, after a collection of garbage, for each queued event. */
  readonly residentBytes: number
  readonly diskBytes: number
  readonly bodyBytes: number
}

const firstEvents = 2_000
const connections = 64
/** Longer than a load of any number of events takes: it ends when all are stored. */
const loadMsMax = 60_000

async function runMemory(context: Context): Promise<Report> {
  const { flags, directory, cores, say } = context
  const clients = clientsPossible(numberOf(flags, 'clients'))
  const live: LiveSample[][] = livePeers.map(() => [])
  const queues: QueueSample[] = []
  for (let round = numberOf(flags, 'rounds'); round > 0; round--) {
    for (const [at, peer] of livePeers.entries()) {
      live[at]?.push(await measureLive(peer, { clients, changes: 1, directory, cores }))
      say(`${peer.name}: ${clients} clients`)
    }
    queues.push(await measureQueue(context, numberOf(flags, 'events')))
  }
  return {
    tables: [memoryTable(live, queues)],
    notes: [
      'Memory of the server’s process after a collection of garbage, divided by the clients ' +
        'beyond the first 200, or by the events beyond the first 2,000.',
      `Events are on disk with their ${queues[0]?.bodyBytes} bytes of body, headers, key, ` +
        'delivery and indexes.',
    ],
    comparisons: comparisonsOf(live),
    packages: [],
    samples: { live: livePeers.map(({ name }, at) => ({ peer: name, samples: live[at] })), queues },
  }
}

/** Events come in and no worker takes them up. */
export async function measureQueue(
  { directory, cores, seed }: Pick<Context, 'directory' | 'cores' | 'seed'>,
  count: number,
): Promise<QueueSample> {
  const settings = { handlers: 1, isPutOff: 1 }
  const place = await newPlace({ name: 'queue', storage: 'files', settings }, { directory })
  const program = new URL('../hookline/ingest.ts', import.meta.url)
  const server = await startServer({ program, place, cores: cores?.server })
  const load = startLoad(cores)
  const measured = { connections, warmUpMs: 0, measureMs: loadMsMax }
  const store = async (requestsMax: number, part: number) => {
    const report = load.next('report')
    const order = { ...measured, requestsMax, seed: seed + part }
    load.send({ kind: 'run', ports: server.ports, ...order })
    const { acknowledged, bodyBytes } = await report
    if (acknowledged.length !== requestsMax) throw new Error('Not all events were stored.')
    return bodyBytes
  }
  const look = async () => ({
    ...(await server.processes[0]?.ask<Usage>('memory')),
    diskBytes: bytesIn(place.directory),
  })
  try {
    const bodyBytes = await store(Math.min(firstEvents, count), 1)
    const before = await look()
    await store(count, 2)
    const after = await look()
    const resident = (after.residentBytes ?? 0) - (before.residentBytes ?? 0)
    const diskBytes = (after.diskBytes - before.diskBytes) / count
    return { events: count, residentBytes: resident / count, diskBytes, bodyBytes }
  } finally {
    await load.stop()
    await server.stop()
    await removePlace(place, {})
  }
}

function bytesIn(directory: string): number {
  const sizes = readdirSync(directory).map((name) => statSync(join(directory, name)).size)
  return sizes.reduce((sum, size) => sum + size, 0)
}

function memoryTable(live: readonly LiveSample[][], queues: readonly QueueSample[]): string {
  const kib = (values: readonly number[]) => spreadText(spread(values.map((bytes) => bytes / 1024)))
  const clients = livePeers.map(({ title }, at) => [
    `one of ${figure(live[at]?.[0]?.clients ?? 0)} idle live clients, ${title}`,
    kib((live[at] ?? []).map(({ residentBytes }) => residentBytes)),
    kib((live[at] ?? []).map(({ heapBytes }) => heapBytes)),
    '',
  ])
  const events = [
    `one of ${figure(queues[0]?.events ?? 0)} queued events, Hookline on SQLite`,
    kib(queues.map(({ residentBytes }) => residentBytes)),
    '',
    kib(queues.map(({ diskBytes }) => diskBytes)),
  ]
  return markdownTable(
    ['what waits', 'KiB resident', 'KiB of heap', 'KiB on disk'],
    [...clients, events],
  )
}

function comparisonsOf([bare = [], hookline = []]: readonly LiveSample[][]): Comparison[] {
  const bytes = (samples: readonly LiveSample[]) =>
    samples.map(({ residentBytes }) => residentBytes)
  return [
    {
      question: 'memory per idle live client',
      peer: 'bare `node:http`, which stores nothing',
      times: ratios(bytes(bare), bytes(hookline)),
    },
  ]
}
