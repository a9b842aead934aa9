/**
 * How many jobs are handled per second, where each changes one row: Hookline in the transaction
 * that settles its delivery, and queues before they complete the job.
 */
import { type Bench, type Context, chosen, numberOf, numbersOf } from '../bench.ts'
import { alternate, median, ratios, type Samples, spread } from '../measuring/alternate.ts'
import type { Comparison, Report } from '../measuring/report.ts'
import { figure, markdownTable, spreadText } from '../measuring/table.ts'
import { ensurePeers, needsPeers } from '../peers/install.ts'
import { type RunningServices, startServices } from '../services/services.ts'
import { type JobsSample, measureJobs } from './measure.ts'
import { type JobsPeer, jobsPeers } from './peers.ts'

export const jobs: Bench = {
  name: 'jobs',
  question: 'how many jobs with one UPDATE each are handled per second?',
  flags: {
    rounds: { about: 'each measures every worker once', full: '3', short: '1', smoke: '1' },
    jobs: { about: 'stored ahead for each', full: '20000', short: '4000', smoke: '1500' },
    seconds: { about: 'to work at most', full: '8', short: '5' },
    processes: { about: 'that share the work', full: '1,2,4', short: '1', smoke: '1,2' },
    concurrency: { about: 'handlers at once in a process of Hookline', full: '256' },
    peers: {
      about: 'those to measure',
      full: 'hookline-sqlite,hookline,pg-boss,graphile-worker,bullmq',
    },
  },
  run: runJobs,
}

interface Candidate {
  readonly peer: JobsPeer
  readonly processes: number
}

type JobsSamples = Samples<Candidate, JobsSample>

async function runJobs(context: Context): Promise<Report> {
  const wanted = chosen(jobsPeers, context.flags, 'peers')
  if (wanted.some(({ program }) => needsPeers(program))) ensurePeers(context.say)
  const services = await startServices(wanted, context.directory)
  try {
    const samples = await measureAll(wanted, context, services)
    const packages = ['pg', 'pg-boss', 'graphile-worker', 'bullmq', 'ioredis']
    return {
      tables: [jobsTable(samples)],
      notes: [...services.notes, ...settingsNotes(context), ...leftNotes(samples)],
      comparisons: comparisonsOf(samples),
      packages: packages.filter((name) => name === 'pg' || has(wanted, name)),
      samples: listed(samples),
    }
  } finally {
    await services.stop()
  }
}

function has(peers: readonly JobsPeer[], packageName: string): boolean {
  const name = packageName === 'ioredis' ? 'bullmq' : packageName
  return peers.some((peer) => peer.name === name)
}

async function measureAll(
  wanted: readonly JobsPeer[],
  { flags, random, directory, say }: Context,
  services: RunningServices,
): Promise<JobsSamples> {
  const peers = wanted.filter(({ storage }) => storage !== 'redis' || services.redis)
  const rounds = numberOf(flags, 'rounds')
  const settings = { concurrency: numberOf(flags, 'concurrency') }
  const candidates = peers.flatMap((peer) => {
    const processes = peer.canBeSeveral ? numbersOf(flags, 'processes') : [1]
    return processes.map((count) => ({ peer: { ...peer, settings }, processes: count }))
  })
  return await alternate({
    candidates,
    rounds,
    random,
    measure: async ({ peer, processes }, round) => {
      const count = numberOf(flags, 'jobs')
      const workMs = numberOf(flags, 'seconds') * 1000
      const sample = await measureJobs(peer, { count, workMs, processes, services, directory })
      const rate = Math.round(sample.jobsPerSecond)
      say(`${round}/${rounds} ${peer.name} × ${processes}: ${rate} jobs/s`)
      return sample
    },
  })
}

function jobsTable(samples: JobsSamples): string {
  const rows = [...samples].map(([candidate, own]) => {
    const database = own.flatMap(({ databaseCpuUs }) => databaseCpuUs ?? [])
    const times = timesOf(samples, candidate)
    return [
      `${candidate.peer.title}, ${candidate.processes}`,
      spreadText(spread(ratesOf(own))),
      times ? `${spreadText(spread(times))} ×` : '',
      figure(median(own.map(({ serverCpuUs }) => serverCpuUs))),
      database.length > 0 ? figure(median(database)) : '',
    ]
  })
  const cpu = 'CPU per job, µs: workers'
  return markdownTable(
    ['workers, processes', 'jobs/s', 'Hookline on PostgreSQL against it', cpu, 'database'],
    rows,
  )
}

function ratesOf(samples: readonly JobsSample[]): number[] {
  return samples.map(({ jobsPerSecond }) => jobsPerSecond)
}

/** Hookline on PostgreSQL as as many processes. */
function timesOf(samples: JobsSamples, { peer, processes }: Candidate): number[] | undefined {
  if (peer.name === 'hookline') return undefined
  for (const [candidate, own] of samples) {
    if (candidate.peer.name !== 'hookline' || candidate.processes !== processes) continue
    const others = [...samples].find(
      ([one]) => one.peer.name === peer.name && one.processes === processes,
    )
    return ratios(ratesOf(own), ratesOf(others?.[1] ?? []))
  }
  return undefined
}

function comparisonsOf(samples: JobsSamples): Comparison[] {
  return [...samples.keys()].flatMap((candidate) => {
    const { peer, processes } = candidate
    const times = timesOf(samples, candidate)
    if (!times || peer.name === 'hookline-sqlite') return []
    const question = `jobs/s handled on PostgreSQL, ${processes} processes`
    return [{ question, peer: peer.title, times }]
  })
}

function settingsNotes({ flags }: Context): string[] {
  return [
    `Hookline: ${flags.concurrency} handlers at once in a process; the row is changed in the ` +
      'transaction that settles the delivery, so exactly once. For the others it is changed ' +
      'before the job is completed, so at least once.',
    'pg-boss: batches of 500, two workers a process, the next batch at once after a full one. ' +
      'graphile-worker: local queue of 500, 48 jobs at once, completed in batches. BullMQ: 200 ' +
      'jobs at once, completed ones removed.',
    `${flags.jobs} jobs of one event of 2.5 KB; the clock runs from the twentieth part done ` +
      'until nothing is left, or --seconds are over. No process is pinned.',
  ]
}

function leftNotes(samples: JobsSamples): string[] {
  return [...samples].flatMap(([{ peer, processes }, own]) => {
    const left = Math.max(...own.map((sample) => sample.left))
    if (left === 0) return []
    return [`${peer.title}, ${processes}: ${figure(left)} jobs were left when the time was over.`]
  })
}

function listed(samples: JobsSamples) {
  return [...samples].map(([{ peer, processes }, own]) => ({
    peer: peer.name,
    processes,
    samples: own,
  }))
}
