import { expect, test } from 'vitest'
import type { IngestSample } from './measure.ts'
import {
  type IngestCandidate,
  type IngestSamples,
  ingestComparisons,
  ingestTable,
} from './report.ts'

test('a server is compared with those under as many connections, round by round', () => {
  const sample = (requestsPerSecond: number, serverCpuUs: number): IngestSample => ({
    requestsPerSecond,
    serverCpuUs,
    loadCpuUs: 9,
    databaseCpuUs: null,
    serverCores: 1,
    latencyP50Ms: 1,
    latencyP99Ms: 2,
    handledAfterMs: null,
    acknowledged: 1,
    bodyBytes: 2_500,
  })
  const candidate = (name: string, connections: number): IngestCandidate => ({
    peer: { name, title: name },
    connections,
    processes: 1,
  })
  const samples: IngestSamples = new Map([
    [candidate('bare', 64), [sample(1_000, 20), sample(2_000, 20)]],
    [candidate('hookline', 64), [sample(250, 50), sample(1_000, 50)]],
    [candidate('tutorial', 64), [sample(50, 400), sample(100, 400)]],
    [candidate('bare', 256), [sample(10, 1), sample(10, 1)]],
  ])
  expect(cellsOf(ingestTable(samples), 3)).toEqual([
    '64, hookline',
    '625 (250-1,000)',
    '0.375 (0.250-0.500)',
    '',
    '50.0, 2.50 × bare',
    '',
    '',
    '1.00',
    '2.00',
  ])
  expect(cellsOf(ingestTable(samples), 4).slice(2, 7)).toEqual([
    '0.050 (0.050-0.050)',
    '7.50 (5.00-10.0) ×',
    '400, 20.0 × bare',
    '',
    '8.00 ×',
  ])
  expect(ingestComparisons(samples)).toEqual([
    { question: 'requests/s taken in, 64 connections', peer: 'tutorial', times: [5, 10] },
  ])
})

function cellsOf(table: string, line: number): string[] {
  const cells = table.split('\n')[line]?.split('|').slice(1, -1) ?? []
  return cells.map((cell) => cell.trim())
}
