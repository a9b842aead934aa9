/** How long `hookline serve` takes from its launch to the first 200, built as it is published. */
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Bench, type Context, numberOf } from '../bench.ts'
import { alternate, median, ratios, type Samples, spread } from '../measuring/alternate.ts'
import type { Comparison, Report } from '../measuring/report.ts'
import { figure, markdownTable, spreadText } from '../measuring/table.ts'
import { buildPackage, buildPeer } from './built-package.ts'
import { measureStart, type StartPeer, type StartSample } from './measure.ts'

export const start: Bench = {
  name: 'start',
  question: 'how long until `hookline serve` answers?',
  flags: {
    rounds: { about: 'each starts every program once', full: '20', short: '7', smoke: '1' },
  },
  run: runStart,
}

type StartSamples = Samples<StartPeer, StartSample>

async function runStart({ flags, random, directory, say }: Context): Promise<Report> {
  const peers = buildPeers(directory)
  const rounds = numberOf(flags, 'rounds')
  // Not counted: it brings the files of each program into the system's memory.
  for (const peer of peers) await measureStart(peer)
  const samples = await alternate({
    candidates: peers,
    rounds,
    random,
    measure: async (peer, round) => {
      const sample = await measureStart(peer)
      say(`${round}/${rounds} ${peer.name}: ${Math.round(sample.firstAnswerMs)} ms`)
      return sample
    },
  })
  return {
    tables: [startTable(samples)],
    notes: [
      'Hookline is built as it is published and serves an app with one source and one handler. ' +
        'The first of its lines makes a new database, the second opens one.',
      'The clock runs from the launch of `node` to the first 200 on /healthz, asked every 2 ms. ' +
        'Files are in the system’s memory. No process is pinned.',
    ],
    comparisons: comparisonsOf(samples),
    packages: ['express', 'stripe'],
    samples: [...samples].map(([{ name }, own]) => ({ peer: name, samples: own })),
  }
}

function buildPeers(directory: string): StartPeer[] {
  const { appDirectory, bin } = buildPackage(directory)
  const fresh = join(appDirectory, '.hookline')
  const keys = {
    HOOKLINE_MASTER_KEY: randomBytes(32).toString('base64'),
    HOOKLINE_ADMIN_KEY: randomBytes(32).toString('base64'),
    STRIPE_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
  }
  const serve = {
    args: (port: number) => [bin, 'serve', 'hookline.js', '--port', String(port)],
    directory: appDirectory,
  }
  const peer = (name: string, title: string): StartPeer => {
    const file = buildPeer(`start-${name}`, directory)
    const environment = (port: number) => ({ PORT: String(port) })
    return { name, title, args: () => [file], directory, environment }
  }
  return [
    peer('bare', 'bare `node:http`'),
    peer('express', 'Express 5 + `stripe`, no database'),
    {
      ...serve,
      name: 'hookline-new',
      title: 'Hookline, a new database',
      environment: () => {
        rmSync(fresh, { recursive: true, force: true })
        return keys
      },
    },
    {
      ...serve,
      name: 'hookline',
      title: 'Hookline, its database is there',
      environment: () => keys,
    },
  ]
}

function startTable(samples: StartSamples): string {
  const rows = [...samples].map(([{ title }, own]) => [
    title,
    spreadText(spread(own.map(({ firstAnswerMs }) => firstAnswerMs))),
    figure(median(own.flatMap(({ cpuMs }) => cpuMs ?? []))),
  ])
  return markdownTable(['program', 'first 200, ms', 'CPU until then, ms'], rows)
}

function comparisonsOf(samples: StartSamples): Comparison[] {
  const of = (name: string) =>
    [...samples]
      .find(([peer]) => peer.name === name)?.[1]
      .map(({ firstAnswerMs }) => firstAnswerMs) ?? []
  return ['bare', 'express'].map((name) => ({
    question: 'start to the first 200',
    peer: [...samples.keys()].find((peer) => peer.name === name)?.title ?? name,
    times: ratios(of(name), of('hookline')),
  }))
}
