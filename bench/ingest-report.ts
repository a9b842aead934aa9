/** The samples of `ingest` as a table, each server beside the bare one and the tutorial's. */
import { median, ratios, type Samples, spread } from './alternate.ts'
import type { IngestSample } from './measure-ingest.ts'
import { figure, markdownTable, spreadText } from './table.ts'

/** One server under one number of connections. */
export interface IngestCandidate {
  readonly peer: { readonly name: string; readonly title: string }
  readonly connections: number
}

export type IngestSamples = Samples<IngestCandidate, IngestSample>

const headings = [
  'connections, server',
  'requests/s',
  'of bare',
  'times the tutorial',
  'server CPU per request, µs',
  'p50, ms',
  'p99, ms',
]

export function ingestTable(samples: IngestSamples): string {
  const rows = [...samples].map(([candidate, own]) => [
    `${candidate.connections}, ${candidate.peer.title}`,
    spreadText(spread(ratesOf(own))),
    ratioText(samples, candidate, 'bare'),
    ratioText(samples, candidate, 'tutorial'),
    cpuText(samples, candidate),
    figure(median(own.map(({ latencyP50Ms }) => latencyP50Ms))),
    figure(median(own.map(({ latencyP99Ms }) => latencyP99Ms))),
  ])
  return markdownTable(headings, rows)
}

function ratesOf(samples: readonly IngestSample[]): number[] {
  return samples.map(({ requestsPerSecond }) => requestsPerSecond)
}

/**
 * The samples of another server under as many connections; undefined where it was not in the run.
 */
function samplesOf(samples: IngestSamples, name: string, { connections }: IngestCandidate) {
  for (const [candidate, own] of samples) {
    if (candidate.peer.name === name && candidate.connections === connections) return own
  }
  return undefined
}

function ratioText(samples: IngestSamples, candidate: IngestCandidate, name: string): string {
  const others = samplesOf(samples, name, candidate)
  if (!others) return ''
  if (candidate.peer.name === name) return '1'
  return spreadText(spread(ratios(ratesOf(samples.get(candidate) ?? []), ratesOf(others))))
}

function cpuText(samples: IngestSamples, candidate: IngestCandidate): string {
  const cpuOf = (list: readonly IngestSample[]) => list.map(({ serverCpuUs }) => serverCpuUs)
  const own = cpuOf(samples.get(candidate) ?? [])
  const bare = samplesOf(samples, 'bare', candidate)
  const times = bare ? `, ${figure(median(ratios(own, cpuOf(bare))))} × bare` : ''
  return `${figure(median(own))}${times}`
}

/** What the table does not show, one sentence for each server that handles what it stores. */
export function handlingText(samples: IngestSamples): string {
  const sentences = [...samples].flatMap(([{ connections, peer }, own]) => {
    const waits = own.flatMap(({ handledAfterMs }) => handledAfterMs ?? [])
    if (waits.length === 0) return []
    const stored = figure(median(own.map(({ acknowledged }) => acknowledged)))
    return [
      `${peer.title}, ${connections} connections: ${stored} events a round, the last one handled ` +
        `${figure(median(waits) / 1000)} s after the load ended.`,
    ]
  })
  return sentences.map((sentence) => `- ${sentence}`).join('\n')
}
