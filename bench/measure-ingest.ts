/**
 * One measurement: a fresh server with an empty database, the load, then the proof that what was
 * answered 200 is stored and handled. It refuses to give a figure where that proof fails.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { IngestPeer } from './ingest-peers.ts'
import type { LoadMessage, LoadOrder, LoadReport } from './load.ts'
import type { FromPeer, ToPeer } from './peer-program.ts'
import { type Program, startProgram } from './program.ts'

export interface IngestSample {
  readonly requestsPerSecond: number
  /** Processor time of the server's process per request, and of the load generator's. */
  readonly serverCpuUs: number
  readonly loadCpuUs: number
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
type PeerProgram = Program<ToPeer, FromPeer>
type Usage = Extract<FromPeer, { kind: 'usage' }>

export interface MeasureOptions {
  readonly load: Load
  readonly order: Omit<LoadOrder, 'kind' | 'port'>
  /** Where each measurement makes, and removes, a folder of its own. */
  readonly directory: string
  readonly profileDirectory?: string | undefined
}

export function startLoad(): Load {
  return startProgram({ file: new URL('load.ts', import.meta.url) })
}

/** @throws where an answer was not 200, or what was answered 200 is not stored and handled once. */
export async function measureIngest(
  peer: IngestPeer,
  { load, order, directory, profileDirectory }: MeasureOptions,
): Promise<IngestSample> {
  const own = mkdtempSync(join(directory, `${peer.name}-`))
  const program: PeerProgram = startProgram({
    file: peer.program,
    argument: own,
    profileDirectory,
  })
  try {
    const { port } = await program.next('ready')
    const { report, usage } = await runLoad(load, program, { ...order, kind: 'run', port })
    if (peer.isPutOff) program.send({ kind: 'catch-up' })
    const handledAfterMs = (await peer.waitUntilHandled?.(own)) ?? null
    prove(peer, report, own)
    return { ...figuresOf(report, usage), handledAfterMs }
  } finally {
    await program.stop()
    rmSync(own, { recursive: true })
  }
}

async function runLoad(load: Load, program: PeerProgram, order: LoadOrder) {
  const usage: Usage[] = []
  const readUsage = async () => void usage.push(await askUsage(program))
  const whole = Promise.all([
    load.next('report'),
    load.next('began').then(readUsage),
    load.next('ended').then(readUsage),
  ])
  load.send(order)
  const [report] = await whole
  return { report, usage }
}

async function askUsage(program: PeerProgram): Promise<Usage> {
  const usage = program.next('usage')
  program.send({ kind: 'ask-usage' })
  return await usage
}

function prove(peer: IngestPeer, report: LoadReport, directory: string): void {
  const refused = Object.entries(report.refused).map(
    ([status, count]) => `${count} requests were answered ${status}`,
  )
  const findings = [...refused, ...(peer.check?.(directory, report.acknowledged) ?? [])]
  if (findings.length > 0) throw new Error(`${peer.title}: ${findings.join('; ')}.`)
}

/** The server's clock tells its processor time per second, the load's the requests per second. */
function figuresOf(
  report: LoadReport,
  [began, ended]: readonly Usage[],
): Omit<IngestSample, 'handledAfterMs'> {
  if (!began || !ended || report.requests === 0) throw new Error('Nothing was measured.')
  const requestsPerSecond = (report.requests / report.measuredMs) * 1000
  const serverCores = (ended.cpuMs - began.cpuMs) / (ended.atMs - began.atMs)
  return {
    requestsPerSecond,
    serverCores,
    serverCpuUs: (serverCores / requestsPerSecond) * 1e6,
    loadCpuUs: (report.cpuMs / report.requests) * 1000,
    latencyP50Ms: report.latencyP50Ms,
    latencyP99Ms: report.latencyP99Ms,
    acknowledged: report.acknowledged.length,
    bodyBytes: report.bodyBytes,
  }
}
