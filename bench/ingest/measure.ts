/**
 * One measurement: a fresh server with an empty database, the load, then the proof that what was
 * answered 200 is stored and handled. It refuses to give a figure where that proof fails.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { LoadMessage, LoadOrder, LoadReport } from '../load/load.ts'
import type { Cores } from '../programs/cores.ts'
import type { Place, Usage } from '../programs/peer-program.ts'
import { type Program, startProgram } from '../programs/program.ts'
import { type Server, startServer } from '../programs/server.ts'
import type { PostgresServer } from '../services/postgres.ts'
import type { RedisServer } from '../services/redis.ts'
import type { IngestPeer } from './peers.ts'

export interface IngestSample {
  readonly requestsPerSecond: number
  /** Processor time per request: of the server's processes, and of the load generator's. */
  readonly serverCpuUs: number
  readonly loadCpuUs: number
  /** Of the PostgreSQL or Redis beside it; null where there is none, or it can not be told. */
  readonly databaseCpuUs: number | null
  /** Cores in use: 1 where one is busy all the time. */
  readonly serverCores: number
  readonly latencyP50Ms: number
  readonly latencyP99Ms: number
  /** After the last answer, until everything was handled. */
  readonly handledAfterMs: number | null
  readonly acknowledged: number
  readonly bodyBytes: number
}

export type Load = Program<LoadOrder, LoadMessage>

/** What the servers under test store on. */
export interface Services {
  readonly postgres?: PostgresServer | undefined
  readonly redis?: RedisServer | undefined
}

export interface MeasureOptions {
  readonly load: Load
  readonly order: Omit<LoadOrder, 'kind' | 'ports'>
  /** Where each measurement makes, and removes, a folder of its own. */
  readonly directory: string
  readonly services?: Services | undefined
  readonly processes?: number | undefined
  readonly cores?: Cores | undefined
  readonly profileDirectory?: string | undefined
}

export function startLoad(cores?: Cores): Load {
  return startProgram({ file: new URL('../load/load.ts', import.meta.url), cores: cores?.load })
}

/** @throws where an answer was not 200, or what was answered 200 is not stored and handled once. */
export async function measureIngest(
  peer: IngestPeer,
  options: MeasureOptions,
): Promise<IngestSample> {
  const place = await newPlace(peer, options)
  const { processes, cores, profileDirectory } = options
  const server = await startServer({
    program: peer.program,
    place,
    processes,
    // Beside a database server, or several of its kind, it goes where the system puts it.
    cores: peer.storage === 'postgres' ? undefined : cores?.server,
    profileDirectory,
  })
  try {
    const measured = await runLoad(server, { ...options, services: usedBy(peer, options) })
    if (peer.afterwards) await server.processes[0]?.ask(peer.afterwards)
    const handledAfterMs = (await peer.waitUntilHandled?.(place)) ?? null
    await prove(peer, measured.report, place)
    return { ...figuresOf(measured), handledAfterMs }
  } finally {
    await server.stop()
    await removePlace(place, options)
  }
}

export async function newPlace(
  { name, storage, settings }: Pick<IngestPeer, 'name' | 'storage' | 'settings'>,
  { directory, services }: Pick<MeasureOptions, 'directory' | 'services'>,
): Promise<Place> {
  const own = mkdtempSync(join(directory, `${name}-`))
  if (storage === 'redis') await services?.redis?.empty()
  return {
    directory: own,
    postgres: storage === 'postgres' ? await services?.postgres?.newDatabase() : undefined,
    redisPort: storage === 'redis' ? services?.redis?.port : undefined,
    settings,
  }
}

export async function removePlace(
  { directory, postgres }: Place,
  { services }: Pick<MeasureOptions, 'services'>,
): Promise<void> {
  if (postgres !== undefined) await services?.postgres?.dropDatabase(postgres)
  rmSync(directory, { recursive: true })
}

/** So that a database server's time is counted for those alone that store there. */
function usedBy({ storage }: IngestPeer, { services = {} }: MeasureOptions): Services {
  if (storage === 'postgres') return { postgres: services.postgres }
  return storage === 'redis' ? { redis: services.redis } : {}
}

export interface Measured {
  readonly report: LoadReport
  readonly usage: readonly Usage[]
  /** Of the database server, at the same two moments. */
  readonly databaseCpuMs: readonly (number | undefined)[]
}

export async function runLoad(server: Server, options: MeasureOptions): Promise<Measured> {
  const { load, order, services } = options
  const usage: Usage[] = []
  const databaseCpuMs: (number | undefined)[] = []
  const read = async () => {
    usage.push(await server.usage())
    databaseCpuMs.push(services?.postgres?.cpuMs() ?? services?.redis?.cpuMs())
  }
  const whole = Promise.all([
    load.next('report'),
    load.next('began').then(read),
    load.next('ended').then(read),
  ])
  load.send({ ...order, kind: 'run', ports: server.ports })
  const [report] = await whole
  return { report, usage, databaseCpuMs }
}

export async function prove(peer: IngestPeer, report: LoadReport, place: Place): Promise<void> {
  const refused = Object.entries(report.refused).map(
    ([status, count]) => `${count} requests were answered ${status}`,
  )
  const findings = [...refused, ...((await peer.check?.(place, report.acknowledged)) ?? [])]
  if (findings.length > 0) throw new Error(`${peer.title}: ${findings.join('; ')}.`)
}

/** The server's clock tells its processor time per second, the load's the requests per second. */
export function figuresOf({
  report,
  usage: [began, ended],
  databaseCpuMs: [databaseBegan, databaseEnded],
}: Measured): Omit<IngestSample, 'handledAfterMs'> {
  if (!began || !ended || report.requests === 0)
    throw new Error('Nothing was measured: give more --seconds.')
  const requestsPerSecond = (report.requests / report.measuredMs) * 1000
  const serverCores = (ended.cpuMs - began.cpuMs) / (ended.atMs - began.atMs)
  const hasDatabase = databaseBegan !== undefined && databaseEnded !== undefined
  return {
    requestsPerSecond,
    serverCores,
    serverCpuUs: (serverCores / requestsPerSecond) * 1e6,
    databaseCpuUs: hasDatabase ? ((databaseEnded - databaseBegan) / report.requests) * 1000 : null,
    loadCpuUs: (report.cpuMs / report.requests) * 1000,
    latencyP50Ms: report.latencyP50Ms,
    latencyP99Ms: report.latencyP99Ms,
    acknowledged: report.acknowledged.length,
    bodyBytes: report.bodyBytes,
  }
}
