/**
 * How many webhooks a server takes in: bare `node:http`, Hookline, the way that tutorials show, and
 * durable queues, in one run, each with an empty database. With `--postgres` all of them are on one
 * PostgreSQL server, as one process and as several.
 */
import { type Bench, type Context, chosen, numberOf, numbersOf } from '../bench.ts'
import { alternate } from '../measuring/alternate.ts'
import type { Report } from '../measuring/report.ts'
import { ensurePeers, needsPeers } from '../peers/install.ts'
import { coresText } from '../programs/cores.ts'
import { startServices } from '../services/services.ts'
import { measureIngest, type Services, startLoad } from './measure.ts'
import { type IngestPeer, ingestPeers, postgresPeers } from './peers.ts'
import {
  handlingNotes,
  type IngestCandidate,
  type IngestSamples,
  ingestComparisons,
  ingestTable,
} from './report.ts'

/** More than the fastest server answers: what was signed ahead must not run out. */
const requestsPerSecondMax = 80_000
const sqliteDefault = 'bare,hookline,hookline-accept,tutorial,bullmq'
const postgresDefault = 'bare,hookline,hookline-accept,pg-boss,graphile-worker'

export const ingest: Bench = {
  name: 'ingest',
  question: 'how many webhooks are taken in per second?',
  flags: {
    postgres: { about: 'all on one PostgreSQL server', full: '', isSwitch: true },
    rounds: { about: 'each measures every server once', full: '3', short: '1', smoke: '1' },
    seconds: { about: 'of load that is measured', full: '2.5', short: '1.5', smoke: '0.6' },
    // A server that has just begun is still compiling its code, which is a sixth of its time.
    'warm-up': { about: 'seconds of load before', full: '3', short: '2', smoke: '0.3' },
    connections: { about: 'at once', full: '64,256', short: '64', smoke: '4' },
    processes: { about: 'with --postgres, at the last of the connections', full: '1,2,4' },
    peers: { about: `of ${sqliteDefault},hookline-later; ${postgresDefault}`, full: '' },
    profile: { about: 'a folder for CPU profiles of the servers', full: '' },
  },
  run: runIngest,
}

interface Candidate extends IngestCandidate {
  readonly peer: IngestPeer
}

async function runIngest(context: Context): Promise<Report> {
  const isOnPostgres = context.flags.postgres !== ''
  const wanted = isOnPostgres ? chosenOf(postgresPeers, context) : chosenOf(ingestPeers, context)
  if (wanted.some(({ program }) => needsPeers(program))) ensurePeers(context.say)
  const services = await startServices(wanted, context.directory)
  const peers = wanted.filter(({ storage }) => storage !== 'redis' || services.redis)
  try {
    const candidates = candidatesOf(peers, context)
    const samples = await measureAll(candidates, context, services)
    return {
      tables: [ingestTable(samples)],
      notes: [...services.notes, ...handlingNotes(samples), pinnedText(context)],
      comparisons: ingestComparisons(samples),
      packages: packagesOf(peers),
      samples: listed(samples),
    }
  } finally {
    await services.stop()
  }
}

function pinnedText({ flags, cores }: Context): string {
  if (!flags.postgres || !cores) return coresText(cores)
  return `Load on core ${cores.load}; servers and database where the system puts them.`
}

function chosenOf(all: readonly IngestPeer[], { flags }: Context): IngestPeer[] {
  const names = flags.peers || (flags.postgres ? postgresDefault : sqliteDefault)
  return chosen(all, { peers: names }, 'peers')
}

function packagesOf(peers: readonly IngestPeer[]): string[] {
  const has = (name: string) => peers.some((peer) => peer.name === name)
  const queues = ['bullmq', 'pg-boss', 'graphile-worker'].filter(has)
  return [
    ...(has('tutorial') ? ['express'] : []),
    'stripe',
    ...(queues[0] ? ['fastify'] : []),
  ].concat(
    queues,
    has('bullmq') ? ['ioredis'] : [],
    queues.some((name) => name !== 'bullmq') ? ['pg'] : [],
  )
}

/** Several processes are for what shares a database, and under the most connections alone. */
function candidatesOf(peers: readonly IngestPeer[], { flags }: Context): Candidate[] {
  const connections = numbersOf(flags, 'connections')
  const several = numbersOf(flags, 'processes')
  return connections.flatMap((count, at) =>
    peers.flatMap((peer) => {
      const canBeSeveral = peer.storage === 'postgres' && at === connections.length - 1
      const processes = canBeSeveral ? several : [1]
      return processes.map((number) => ({ peer, connections: count, processes: number }))
    }),
  )
}

async function measureAll(
  candidates: readonly Candidate[],
  { flags, random, seed, directory, cores, say }: Context,
  services: Services,
): Promise<IngestSamples> {
  const [rounds, seconds] = [numberOf(flags, 'rounds'), numberOf(flags, 'seconds')]
  const warmUp = numberOf(flags, 'warm-up')
  const requestsMax = Math.ceil((seconds + warmUp) * requestsPerSecondMax)
  const times = { warmUpMs: warmUp * 1000, measureMs: seconds * 1000 }
  const load = startLoad(cores)
  try {
    return await alternate({
      candidates,
      rounds,
      random,
      measure: async ({ peer, connections, processes }, round) => {
        const order = { connections, ...times, requestsMax, seed }
        const profileDirectory = flags.profile || undefined
        const common = { load, order, directory, services, processes, cores, profileDirectory }
        const sample = await measureIngest(peer, common)
        const rate = Math.round(sample.requestsPerSecond)
        const count = processes > 1 ? ` × ${processes}` : ''
        say(`${round}/${rounds} ${connections} ${peer.name}${count}: ${rate} requests/s`)
        return sample
      },
    })
  } finally {
    await load.stop()
  }
}

function listed(samples: IngestSamples) {
  return [...samples].map(([{ peer, connections, processes }, own]) => ({
    peer: peer.name,
    connections,
    processes,
    samples: own,
  }))
}
