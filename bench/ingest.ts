/**
 * How many webhooks a server takes in: bare `node:http`, Hookline, and the way that tutorials show,
 * in one run, each as a process of its own with an empty database. Run it with `npm run
 * bench:ingest`; see README.md here.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { alternate } from './alternate.ts'
import { ingestPeers } from './ingest-peers.ts'
import { handlingText, type IngestSamples, ingestTable } from './ingest-report.ts'
import { commandText, describeDisk, describeMachine, machineText } from './machine.ts'
import { measureIngest, startLoad } from './measure-ingest.ts'
import { newSeed, seededRandom } from './random.ts'
import { writeBetweenMarkers, writeJson } from './table.ts'

/** More than the fastest server answers: what was signed ahead must not run out. */
const requestsPerSecondMax = 40_000

interface Options {
  readonly rounds: number
  readonly seconds: number
  readonly warmUpSeconds: number
  readonly connections: readonly number[]
  readonly peers: readonly string[]
  readonly seed: number
  readonly json: string | undefined
  readonly readme: string | undefined
  readonly profileDirectory: string | undefined
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      'warm-up': { type: 'string', default: '1.5' },
      connections: { type: 'string', default: '64,256' },
      peers: { type: 'string', default: 'bare,hookline,tutorial' },
      seed: { type: 'string', default: String(newSeed()) },
      json: { type: 'string' },
      readme: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  })
  return {
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    warmUpSeconds: positive('warm-up', values['warm-up']),
    connections: values.connections.split(',').map((text) => positive('connections', text)),
    peers: values.peers.split(',').map(knownPeer),
    seed: Number(values.seed),
    json: values.json,
    readme: values.readme ? 'README.md' : undefined,
    profileDirectory: values.profile,
  }
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (number > 0) return number
  throw new Error(`--${name} is '${text}'. Give a number above 0.`)
}

function knownPeer(text: string): string {
  if (ingestPeers.some(({ name }) => name === text)) return text
  const names = ingestPeers.map(({ name }) => name).join(', ')
  throw new Error(`--peers names '${text}', which is no server. There are ${names}.`)
}

async function measureAll(options: Options, directory: string): Promise<IngestSamples> {
  const { rounds, seconds, warmUpSeconds, seed, profileDirectory } = options
  const peers = ingestPeers.filter(({ name }) => options.peers.includes(name))
  const candidates = options.connections.flatMap((connections) =>
    peers.map((peer) => ({ peer, connections })),
  )
  const requestsMax = Math.ceil((seconds + warmUpSeconds) * requestsPerSecondMax)
  const times = { warmUpMs: warmUpSeconds * 1000, measureMs: seconds * 1000 }
  const load = startLoad()
  try {
    return await alternate({
      candidates,
      rounds,
      random: seededRandom(seed),
      measure: async ({ peer, connections }, round) => {
        const order = { connections, ...times, requestsMax, seed }
        const sample = await measureIngest(peer, { load, order, directory, profileDirectory })
        const rate = Math.round(sample.requestsPerSecond)
        console.error(`${round}/${rounds} ${connections} ${peer.name}: ${rate} requests/s`)
        return sample
      },
    })
  } finally {
    await load.stop()
  }
}

async function main(): Promise<void> {
  const options = readOptions()
  const machine = describeMachine(['express', 'stripe'])
  const directory = newDirectory()
  const disk = describeDisk(directory)
  const samples = await measureAll(options, directory)
  const command = commandText('bench:ingest', {
    rounds: String(options.rounds),
    seconds: String(options.seconds),
    'warm-up': String(options.warmUpSeconds),
    connections: options.connections.join(','),
    peers: options.peers.join(','),
    seed: String(options.seed),
  })
  const text = [
    ingestTable(samples),
    handlingText(samples),
    machineText(machine, disk),
    `\`${command}\``,
  ].join('\n\n')
  console.log(text)
  if (options.json) writeJson(options.json, { command, machine, disk, samples: listed(samples) })
  if (options.readme) writeBetweenMarkers(options.readme, 'bench:ingest', text)
}

function listed(samples: IngestSamples) {
  return [...samples].map(([{ peer, connections }, own]) => ({
    peer: peer.name,
    connections,
    samples: own,
  }))
}

/** In the project's folder and not the system's temporary one, which is often in memory. */
function newDirectory(): string {
  mkdirSync('.hookline', { recursive: true })
  const directory = mkdtempSync(join('.hookline', 'bench-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  // An interrupted run ends as a finished one: its programs end with it, its files are removed.
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  return directory
}

await main()
