/**
 * How long a provider waits for its answer at half of the most that the server takes in, with
 * checkpoints and pruning going on, on SQLite.
 */
import { type Bench, type Context, numberOf } from '../bench.ts'
import { startLoad } from '../ingest/measure.ts'
import { alternate, median, ratios, type Samples, spread } from '../measuring/alternate.ts'
import type { Comparison, Report } from '../measuring/report.ts'
import { figure, markdownTable, spreadText } from '../measuring/table.ts'
import { coresText } from '../programs/cores.ts'
import { type LatencyCase, type LatencySample, latencyCases, measureLatency } from './measure.ts'

export const latency: Bench = {
  name: 'latency',
  question: 'how long does a provider wait at half of the maximum rate?',
  flags: {
    rounds: { about: 'each measures every server once', full: '3', short: '1', smoke: '1' },
    seconds: { about: 'at half of the maximum', full: '8', short: '4', smoke: '1' },
    'maximum-seconds': {
      about: 'in which the maximum is found',
      full: '3',
      short: '2',
      smoke: '1',
    },
    connections: { about: 'at once', full: '64', smoke: '4' },
    old: { about: 'events to be pruned', full: '60000', short: '40000', smoke: '3000' },
  },
  run: runLatency,
}

type LatencySamples = Samples<LatencyCase, LatencySample>

async function runLatency(context: Context): Promise<Report> {
  const { flags, random, cores, say } = context
  const rounds = numberOf(flags, 'rounds')
  const load = startLoad(cores)
  let measurement = 0
  const samples = await alternate({
    candidates: latencyCases,
    rounds,
    random,
    measure: async (one, round) => {
      const sample = await measureLatency(one, { context, load, number: ++measurement })
      const { p99Ms, halfRate } = sample
      say(`${round}/${rounds} ${one.name}: p99 ${p99Ms.toFixed(1)} ms at ${Math.round(halfRate)}/s`)
      return sample
    },
  }).finally(() => load.stop())
  return {
    tables: [latencyTable(samples)],
    notes: [
      'Requests are due at an even rate, half of what the same server took in just before; ' +
        'latency counts from when one was due. Hookline runs its handler at the same time.',
      `Pruning: ${flags.old} events of 40 days ago are in the database, and are removed while ` +
        'requests come in. Checkpoints come as the writes make them.',
      coresText(cores),
    ],
    comparisons: comparisonsOf(samples),
    packages: ['express', 'stripe'],
    samples: [...samples].map(([{ name }, own]) => ({ peer: name, samples: own })),
  }
}

function latencyTable(samples: LatencySamples): string {
  const rows = [...samples].map(([{ title }, own]) => [
    title,
    spreadText(spread(own.map(({ halfRate }) => halfRate))),
    spreadText(spread(own.map(({ p50Ms }) => p50Ms))),
    spreadText(spread(own.map(({ p99Ms }) => p99Ms))),
    figure(median(own.map(({ serverCpuUs }) => serverCpuUs))),
    figure(median(own.map(({ pruned }) => pruned))),
  ])
  const latencies = ['requests/s', 'p50, ms', 'p99, ms']
  return markdownTable(
    ['server', ...latencies, 'server CPU per request, µs', 'events pruned meanwhile'],
    rows,
  )
}

function comparisonsOf(samples: LatencySamples): Comparison[] {
  const of = (name: string) =>
    [...samples].find(([one]) => one.name === name)?.[1].map(({ p99Ms }) => p99Ms) ?? []
  const peer = latencyCases.find(({ name }) => name === 'tutorial')?.title ?? ''
  const question = 'p99 at half of its own maximum, while it prunes'
  return [{ question, peer, times: ratios(of('tutorial'), of('hookline-pruning')) }]
}
