/**
 * One measurement of `jobs`: stored ahead, then all processes start to work, until nothing is left
 * and each order was paid once. It refuses to give a figure where one was not.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { newPlace, removePlace, type Services } from '../ingest/measure.ts'
import type { Place } from '../programs/peer-program.ts'
import { type Server, startServer } from '../programs/server.ts'
import type { JobsPeer } from './peers.ts'

export interface JobsSample {
  readonly jobsPerSecond: number
  /** Processor time per job: of the workers' processes, and of the database beside them. */
  readonly serverCpuUs: number
  readonly databaseCpuUs: number | null
}

export interface JobsOptions {
  readonly count: number
  readonly processes: number
  readonly services: Services
  readonly directory: string
}

/** The clock starts when so much is done: how fast workers start is another question. */
const warmUpShare = 0.05
const pollMs = 10
const workMsMax = 120_000

export async function measureJobs(peer: JobsPeer, options: JobsOptions): Promise<JobsSample> {
  const { count, processes } = options
  const place = await newPlace(peer, options)
  try {
    // The jobs are stored by a process of its own, so that what that left behind is not in the way.
    const filling = await startServer({ program: peer.program, place })
    await filling.processes[0]?.ask('fill', count)
    await filling.stop()
    const server = await startServer({ program: peer.program, place, processes })
    const sample = await work(peer, server, place, options).finally(() => server.stop())
    const paid = await peer.countPaid(place)
    if (paid === count) return sample
    throw new Error(`${peer.title}: of ${count} orders ${paid} were paid once.`)
  } finally {
    await removePlace(place, options)
  }
}

interface Moment {
  readonly handled: number
  readonly atMs: number
  readonly cpuMs: number
  readonly databaseCpuMs: number | undefined
}

async function work(
  peer: JobsPeer,
  server: Server,
  place: Place,
  { count, services }: JobsOptions,
): Promise<JobsSample> {
  const look = () => lookAt(server, peer.storage === 'redis' ? services.redis : services.postgres)
  await Promise.all(server.processes.map((process) => process.ask('work')))
  const began = await until(look, ({ handled }) => handled >= count * warmUpShare)
  await until(look, ({ handled }) => handled >= count)
  const ended = await until(look, () => peer.isDone(place))
  const jobs = count - began.handled
  if (jobs <= 0) throw new Error('All jobs were done before the clock started: give more --jobs.')
  const { databaseCpuMs: before } = began
  const { databaseCpuMs: after } = ended
  const hasDatabase = peer.storage !== 'files' && before !== undefined && after !== undefined
  return {
    jobsPerSecond: (jobs / (ended.atMs - began.atMs)) * 1000,
    serverCpuUs: ((ended.cpuMs - began.cpuMs) / jobs) * 1000,
    databaseCpuUs: hasDatabase ? ((after - before) / jobs) * 1000 : null,
  }
}

async function lookAt(
  server: Server,
  database: { cpuMs(): number | undefined } | undefined,
): Promise<Moment> {
  const [handled, { cpuMs }] = await Promise.all([
    Promise.all(server.processes.map((process) => process.ask<number>('handled'))),
    server.usage(),
  ])
  return {
    handled: handled.reduce((sum, one) => sum + one, 0),
    atMs: performance.now(),
    cpuMs,
    databaseCpuMs: database?.cpuMs(),
  }
}

async function until(
  look: () => Promise<Moment>,
  isReached: (moment: Moment) => boolean | Promise<boolean>,
): Promise<Moment> {
  const before = performance.now()
  for (;;) {
    const moment = await look()
    if (await isReached(moment)) return moment
    if (performance.now() - before > workMsMax) {
      throw new Error(`Not all jobs were done within ${workMsMax} ms: ${moment.handled} were.`)
    }
    await wait(pollMs)
  }
}
