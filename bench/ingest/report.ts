/** The samples of `ingest` as a table, each server beside the bare one and beside Hookline. */
import { median, ratios, type Samples, spread } from '../measuring/alternate.ts'
import type { Comparison } from '../measuring/report.ts'
import { figure, markdownTable, spreadText } from '../measuring/table.ts'
import type { IngestSample } from './measure.ts'

/** One server under one number of connections. */
export interface IngestCandidate {
  readonly peer: { readonly name: string; readonly title: string }
  readonly connections: number
  readonly processes: number
}

export type IngestSamples = Samples<IngestCandidate, IngestSample>

const headings = [
  'connections, server',
  'requests/s',
  'of bare',
  'Hookline against it',
  'CPU per request, µs: server',
  'database',
  'both, times Hookline',
  'p50, ms',
  'p99, ms',
]
const hookline = 'hookline'

export function ingestTable(samples: IngestSamples): string {
  const rows = [...samples].map(([candidate, own]) => [
    titleOf(candidate),
    spreadText(spread(ratesOf(own))),
    bareText(samples, candidate),
    againstText(samples, candidate),
    cpuText(samples, candidate),
    databaseText(own),
    bothText(samples, candidate),
    figure(median(own.map(({ latencyP50Ms }) => latencyP50Ms))),
    figure(median(own.map(({ latencyP99Ms }) => latencyP99Ms))),
  ])
  return markdownTable(headings, rows)
}

export function titleOf({ connections, processes, peer }: IngestCandidate): string {
  return `${connections}, ${peer.title}${processes > 1 ? `, ${processes} processes` : ''}`
}

export function ratesOf(samples: readonly IngestSample[]): number[] {
  return samples.map(({ requestsPerSecond }) => requestsPerSecond)
}

/** Of another server under as many connections; undefined where it was not in the run. */
function samplesOf(
  samples: IngestSamples,
  name: string,
  { connections, processes }: IngestCandidate,
): readonly IngestSample[] | undefined {
  for (const [candidate, own] of samples) {
    const isAsMany = candidate.connections === connections && candidate.processes === processes
    if (candidate.peer.name === name && isAsMany) return own
  }
  return undefined
}

/** The bare server has one process, whatever the others have. */
function bareOf(samples: IngestSamples, candidate: IngestCandidate) {
  return samplesOf(samples, 'bare', { ...candidate, processes: 1 })
}

function bareText(samples: IngestSamples, candidate: IngestCandidate): string {
  const bare = bareOf(samples, candidate)
  if (!bare || candidate.peer.name === 'bare') return ''
  return spreadText(spread(ratios(ratesOf(samples.get(candidate) ?? []), ratesOf(bare))))
}

function timesOf(samples: IngestSamples, candidate: IngestCandidate): number[] | undefined {
  const ours = samplesOf(samples, hookline, candidate)
  const isPeer = candidate.peer.name !== 'bare' && !candidate.peer.name.startsWith(hookline)
  if (!ours || !isPeer) return undefined
  return ratios(ratesOf(ours), ratesOf(samples.get(candidate) ?? []))
}

function againstText(samples: IngestSamples, candidate: IngestCandidate): string {
  const times = timesOf(samples, candidate)
  return times ? `${spreadText(spread(times))} ×` : ''
}

/** Hookline with its handler against each server that stores and handles nothing. */
export function ingestComparisons(samples: IngestSamples): Comparison[] {
  return [...samples.keys()].flatMap((candidate) => {
    const times = timesOf(samples, candidate)
    const { connections, processes, peer } = candidate
    const count = processes > 1 ? `, ${processes} processes` : ''
    const question = `requests/s taken in, ${connections} connections${count}`
    return times ? [{ question, peer: peer.title, times }] : []
  })
}

function cpuText(samples: IngestSamples, candidate: IngestCandidate): string {
  const cpuOf = (list: readonly IngestSample[]) => list.map(({ serverCpuUs }) => serverCpuUs)
  const own = cpuOf(samples.get(candidate) ?? [])
  const bare = bareOf(samples, candidate)
  const times = bare ? `, ${figure(median(ratios(own, cpuOf(bare))))} × bare` : ''
  return `${figure(median(own))}${times}`
}

function databaseText(own: readonly IngestSample[]): string {
  const times = own.flatMap(({ databaseCpuUs }) => databaseCpuUs ?? [])
  return times.length === 0 ? '' : figure(median(times))
}

/** Of server and database together: steadier than the rate on a machine that others use too. */
function bothText(samples: IngestSamples, candidate: IngestCandidate): string {
  if (timesOf(samples, candidate) === undefined) return ''
  const both = (list: readonly IngestSample[] = []) =>
    list.map(({ serverCpuUs, databaseCpuUs }) => serverCpuUs + (databaseCpuUs ?? 0))
  const ours = both(samplesOf(samples, hookline, candidate))
  return `${figure(median(ratios(both(samples.get(candidate)), ours)))} ×`
}

/** What the table does not show, one sentence for each server that handles what it stores. */
export function handlingNotes(samples: IngestSamples): string[] {
  return [...samples].flatMap(([candidate, own]) => {
    const waits = own.flatMap(({ handledAfterMs }) => handledAfterMs ?? [])
    if (waits.length === 0) return []
    const stored = figure(median(own.map(({ acknowledged }) => acknowledged)))
    return [
      `${titleOf(candidate)}: ${stored} events a round, the last one handled ` +
        `${figure(median(waits) / 1000)} s after the load ended.`,
    ]
  })
}
