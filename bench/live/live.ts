/** How fast one change reaches many clients, and what each of them costs the server. */
import { type Bench, type Context, numberOf } from '../bench.ts'
import { alternate, median, ratios, type Samples, spread } from '../measuring/alternate.ts'
import type { Comparison, Report } from '../measuring/report.ts'
import { figure, markdownTable, spreadText } from '../measuring/table.ts'
import { coresText } from '../programs/cores.ts'
import { clientsPossible, type LivePeer, type LiveSample, measureLive } from './measure.ts'

export const live: Bench = {
  name: 'live',
  question: 'how fast does one change reach 10,000 clients?',
  flags: {
    rounds: { about: 'each measures every server once', full: '3', short: '1', smoke: '1' },
    clients: { about: 'connected at once', full: '10000', short: '5000', smoke: '50' },
    changes: { about: 'sent to all, one after the other', full: '7', short: '5', smoke: '2' },
  },
  run: runLive,
}

export const livePeers: readonly [LivePeer, LivePeer] = [
  {
    name: 'bare',
    title: 'bare `node:http`',
    program: new URL('../peers/live-bare.ts', import.meta.url),
  },
  {
    name: 'hookline',
    title: 'Hookline',
    program: new URL('../hookline/live.ts', import.meta.url),
  },
]

type LiveSamples = Samples<LivePeer, LiveSample>

async function runLive(context: Context): Promise<Report> {
  const { flags, random, directory, cores, say } = context
  const wanted = numberOf(flags, 'clients')
  const clients = clientsPossible(wanted)
  const rounds = numberOf(flags, 'rounds')
  const samples = await alternate({
    candidates: livePeers,
    rounds,
    random,
    measure: async (peer, round) => {
      const changes = numberOf(flags, 'changes')
      const sample = await measureLive(peer, { clients, changes, directory, cores })
      say(`${round}/${rounds} ${peer.name}: all heard after ${Math.round(sample.lastMs)} ms`)
      return sample
    },
  })
  return {
    tables: [liveTable(samples)],
    notes: [
      ...(clients < wanted ? [`${clients} clients: the limit of open files lets no more.`] : []),
      'Hookline checks the token of each client and commits each change before it is sent; ' +
        'the bare server checks and stores nothing.',
      'Memory is what the process has after a collection of garbage, for each client beyond the ' +
        'first 200; the system’s own memory for sockets is not in it.',
      coresText(cores),
    ],
    comparisons: comparisonsOf(samples),
    packages: [],
    samples: [...samples].map(([{ name }, own]) => ({ peer: name, samples: own })),
  }
}

function liveTable(samples: LiveSamples): string {
  const rows = [...samples].map(([peer, own]) => {
    const text = (of: (sample: LiveSample) => number) => spreadText(spread(own.map(of)))
    return [
      `${own[0]?.clients.toLocaleString('en-US')} clients, ${peer.title}`,
      text(({ p50Ms }) => p50Ms),
      text(({ p99Ms }) => p99Ms),
      text(({ lastMs }) => lastMs),
      text(({ residentBytes }) => residentBytes / 1024),
      figure(median(own.map(({ heapBytes }) => heapBytes / 1024))),
      figure(median(own.map(({ cpuUs }) => cpuUs))),
      figure(median(own.map(({ connectMs }) => connectMs / 1000))),
    ]
  })
  const memory = ['KiB per client: resident', 'heap']
  const headings = ['server', 'one change, ms: p50', 'p99', 'last', ...memory]
  const others = ['CPU per client and change, µs', 'all connected, s']
  return markdownTable([...headings, ...others], rows)
}

function comparisonsOf(samples: LiveSamples): Comparison[] {
  const [bare, hookline] = livePeers.map((peer) => samples.get(peer) ?? [])
  if (!bare || !hookline) return []
  const compare = (question: string, of: (sample: LiveSample) => number): Comparison => ({
    question,
    peer: 'bare `node:http`, which stores nothing',
    times: ratios(bare.map(of), hookline.map(of)),
  })
  return [
    compare('one change to all clients, p99', ({ p99Ms }) => p99Ms),
    compare('memory per live client', ({ residentBytes }) => residentBytes),
  ]
}
