/**
 * One measurement of `jobs`: stored ahead, then all processes start to work, until nothing is left
 * or the time is over. It refuses to give a figure where an order was paid twice, or one is left
 * unpaid at the end.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { newPlace, removePlace, type Services } from '../ingest/measure.ts'
import type { Place } from '../programs/peer-program.ts'
import { type Server, startServer } from '../programs/server.ts'
import type { JobsPeer, Paid } from './peers.ts'

export interface JobsSample {
  readonly jobsPerSecond: number
  /** Processor time per job: of the workers' processes, and of the database beside them. */
  readonly serverCpuUs: number
  readonly databaseCpuUs: number | null
  /** Jobs left when the time was over; 0 where all were done. */
  readonly left: number
}

export interface JobsOptions {
  readonly count: number
  /** Who is slower than this allows is measured by what is done until then. */
  readonly workMs: number
  readonly processes: number
  readonly services: Services
  readonly directory: string
}

/** The clock starts when so much is done: how fast workers start is another question. */
const warmUpShare = 0.05
const pollMs = 10

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
    prove(peer, await peer.countPaid(place), sample.left === 0 ? count : count - sample.left)
    return sample
  } finally {
    await removePlace(place, options)
  }
}

/** What was seen as paid stays so; between that and the stop of the server more may come. */
export function prove(
  { title }: Pick<JobsPeer, 'title'>,
  { once, more }: Paid,
  paidMin: number,
): void {
  if (more === 0 && once >= paidMin) return
  throw new Error(`${title}: of ${paidMin} orders ${once} were paid once, ${more} more than once.`)
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
  { count, services, workMs }: JobsOptions,
): Promise<JobsSample> {
  const look = () => lookAt(server, peer.storage === 'redis' ? services.redis : services.postgres)
  const endsAt = performance.now() + workMs
  await Promise.all(server.processes.map((process) => process.ask('work')))
  const began = await until(look, ({ handled }) => handled >= count * warmUpShare, endsAt)
  await until(look, ({ handled }) => handled >= count, endsAt)
  const ended = await until(look, () => peer.isDone(place), endsAt)
  const isDone = await peer.isDone(place)
  // A handler that has run is not yet a row that is changed: where work is left, rows are counted.
  const done = isDone ? count : (await peer.countPaid(place)).once
  const jobs = done - began.handled
  if (jobs <= 0)
    throw new Error(`${peer.title}: nothing to measure; give other --jobs or --seconds.`)
  const { databaseCpuMs: before } = began
  const { databaseCpuMs: after } = ended
  const hasDatabase = peer.storage !== 'files' && before !== undefined && after !== undefined
  return {
    jobsPerSecond: (jobs / (ended.atMs - began.atMs)) * 1000,
    serverCpuUs: ((ended.cpuMs - began.cpuMs) / jobs) * 1000,
    databaseCpuUs: hasDatabase ? ((after - before) / jobs) * 1000 : null,
    left: count - done,
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

/** The first moment at which it is so, or that at which the time is over. */
async function until(
  look: () => Promise<Moment>,
  isReached: (moment: Moment) => boolean | Promise<boolean>,
  endsAt: number,
): Promise<Moment> {
  for (;;) {
    const moment = await look()
    if ((await isReached(moment)) || performance.now() > endsAt) return moment
    await wait(pollMs)
  }
}
