/**
 * How much slower webhooks are taken in where many events are stored already, and where the app has
 * many handlers, on SQLite: each case as a ratio to an empty database with one handler.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Bench, type Context, numberOf, numbersOf } from '../bench.ts'
import { checkHookline, newestEvent, waitUntilHandled } from '../ingest/check-stored.ts'
import { figuresOf, type Load, prove, runLoad, startLoad } from '../ingest/measure.ts'
import type { IngestPeer } from '../ingest/peers.ts'
import { alternate, median, ratios, type Samples, spread } from '../measuring/alternate.ts'
import type { Report } from '../measuring/report.ts'
import { figure, markdownTable, spreadText } from '../measuring/table.ts'
import { coresText } from '../programs/cores.ts'
import { startServer } from '../programs/server.ts'
import { copyDatabase, filledDatabase } from './filled.ts'

export const growth: Bench = {
  name: 'growth',
  question: 'does a large database, or do many handlers, slow down ingest?',
  flags: {
    rounds: { about: 'each measures every case once', full: '3', short: '1', smoke: '1' },
    seconds: { about: 'of load that is measured', full: '2.5', short: '1.5', smoke: '0.6' },
    'warm-up': { about: 'seconds of load before', full: '1', short: '0.7', smoke: '0.3' },
    connections: { about: 'at once', full: '64', smoke: '4' },
    events: {
      about: 'stored before; 5000000 takes 25 GB of disk',
      full: '10000,1000000',
      short: '10000',
      smoke: '500',
    },
    handlers: { about: 'of which one wants the event', full: '10,100' },
    wanting: { about: 'handlers that all want each event', full: '10' },
  },
  run: runGrowth,
}

export interface GrowthCase {
  readonly title: string
  readonly stored: number
  readonly handlers: number
  readonly unwanted: number
}

export interface GrowthSample {
  readonly requestsPerSecond: number
  readonly serverCpuUs: number
  readonly latencyP99Ms: number
  readonly handledAfterMs: number
}

type GrowthSamples = Samples<GrowthCase, GrowthSample>

/** More than Hookline takes in. */
const requestsPerSecondMax = 25_000
/** A copy of gigabytes would keep the disk busy while the clock runs: these grow a little. */
const inPlaceFrom = 100_000
const program = new URL('../hookline/ingest.ts', import.meta.url)

async function runGrowth(context: Context): Promise<Report> {
  const { flags, random, cores, say } = context
  const cases = casesOf(context)
  for (const { stored } of cases) await databaseWith(stored, context)
  const rounds = numberOf(flags, 'rounds')
  const load = startLoad(cores)
  let measurement = 0
  const samples = await alternate({
    candidates: cases,
    rounds,
    random,
    measure: async (one, round) => {
      const sample = await measureGrowth(one, { context, load, number: ++measurement })
      say(`${round}/${rounds} ${one.title}: ${Math.round(sample.requestsPerSecond)} requests/s`)
      return sample
    },
  }).finally(() => load.stop())
  return {
    tables: [growthTable(samples)],
    notes: [
      'Hookline on SQLite, WAL with `synchronous = FULL`. Stored events have been handled: each ' +
        'has its delivery, attempt, document and change. The file is in the system’s memory.',
      coresText(cores),
    ],
    comparisons: [],
    packages: [],
    samples: [...samples].map(([one, own]) => ({ ...one, samples: own })),
  }
}

function casesOf({ flags }: Context): GrowthCase[] {
  const stored = numbersOf(flags, 'events').map((count) => ({
    title: `${count.toLocaleString('en-US')} events, 1 handler`,
    stored: count,
    handlers: 1,
    unwanted: 0,
  }))
  const registered = numbersOf(flags, 'handlers').map((count) => ({
    title: `no events, ${count} handlers of which one wants it`,
    stored: 0,
    handlers: 1,
    unwanted: count - 1,
  }))
  const wanting = numbersOf(flags, 'wanting').map((count) => ({
    title: `no events, ${count} handlers that all want it`,
    stored: 0,
    handlers: count,
    unwanted: 0,
  }))
  const empty = { title: 'no events, 1 handler', stored: 0, handlers: 1, unwanted: 0 }
  return [empty, ...stored, ...registered, ...wanting]
}

async function databaseWith(count: number, context: Context): Promise<string | undefined> {
  if (count === 0) return undefined
  const { keptDirectory, say } = context
  mkdirSync(keptDirectory, { recursive: true })
  return await filledDatabase({ count, keptDirectory, say })
}

interface MeasureGrowth {
  readonly context: Context
  readonly load: Load
  /** Each sends events of its own. */
  readonly number: number
}

export async function measureGrowth(
  one: GrowthCase,
  { context, load, number }: MeasureGrowth,
): Promise<GrowthSample> {
  const { flags, directory, cores, seed } = context
  const filled = await databaseWith(one.stored, context)
  const isInPlace = one.stored >= inPlaceFrom
  const own = filled && isInPlace ? filled : mkdtempSync(join(directory, 'growth-'))
  if (filled && !isInPlace) copyDatabase(filled, own)
  const { handlers, unwanted } = one
  const place = { directory: own, settings: { handlers, unwanted } }
  const server = await startServer({ program, place, cores: cores?.server })
  const [seconds, warmUp] = [numberOf(flags, 'seconds'), numberOf(flags, 'warm-up')]
  const order = {
    connections: numberOf(flags, 'connections'),
    warmUpMs: warmUp * 1000,
    measureMs: seconds * 1000,
    requestsMax: Math.ceil((seconds + warmUp) * requestsPerSecondMax),
    seed: seed + number,
  }
  try {
    const newest = await newestEvent(place)
    const measured = await runLoad(server, { load, order, directory })
    const handledAfterMs = await waitUntilHandled(place)
    await prove(peerOf(one, newest), measured.report, place)
    const { requestsPerSecond, serverCpuUs, latencyP99Ms } = figuresOf(measured)
    return { requestsPerSecond, serverCpuUs, latencyP99Ms, handledAfterMs }
  } finally {
    await server.stop()
    if (own !== filled) rmSync(own, { recursive: true })
  }
}

/** With several handlers an event has several deliveries, so that only one's are counted. */
function peerOf({ title, handlers }: GrowthCase, newest: number): IngestPeer {
  return {
    name: 'hookline',
    title,
    program,
    storage: 'files',
    check: (place, ids) => checkHookline(place, ids, { isHandled: true, newest, handlers }),
  }
}

function growthTable(samples: GrowthSamples): string {
  const [first = []] = samples.values()
  const of = (own: readonly GrowthSample[], figureOf: (sample: GrowthSample) => number) =>
    own.map(figureOf)
  const rate = ({ requestsPerSecond }: GrowthSample) => requestsPerSecond
  const cpu = ({ serverCpuUs }: GrowthSample) => serverCpuUs
  const rows = [...samples].map(([{ title }, own]) => [
    title,
    spreadText(spread(of(own, rate))),
    spreadText(spread(ratios(of(own, rate), of(first, rate)))),
    figure(median(of(own, cpu))),
    figure(median(ratios(of(own, cpu), of(first, cpu)))),
    figure(median(of(own, ({ latencyP99Ms }) => latencyP99Ms))),
  ])
  const headings = ['case', 'requests/s', 'of an empty database', 'server CPU per request, µs']
  return markdownTable([...headings, 'of an empty one', 'p99, ms'], rows)
}
