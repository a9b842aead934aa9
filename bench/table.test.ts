import { describe, expect, test } from 'vitest'
import { type IngestCandidate, type IngestSamples, ingestTable } from './ingest-report.ts'
import type { IngestSample } from './measure-ingest.ts'
import { betweenMarkers, figure, markdownTable, spreadText } from './table.ts'

test('a figure keeps three digits that count', () => {
  expect([12_345.6, 123.4, 12.34, 1.234, 0.1234].map(figure)).toEqual([
    '12,346',
    '123',
    '12.3',
    '1.23',
    '0.123',
  ])
  expect(spreadText({ median: 2, min: 1.5, max: 20 })).toBe('2.00 (1.50-20.0)')
})

test('a table has a line for its headings, a rule and a line for each row', () => {
  expect(markdownTable(['server', 'rate'], [['bare', '1']])).toBe(
    '| server | rate |\n| --- | --: |\n| bare | 1 |',
  )
})

test('a server is compared with those under as many connections, round by round', () => {
  const sample = (requestsPerSecond: number, serverCpuUs: number): IngestSample => ({
    requestsPerSecond,
    serverCpuUs,
    loadCpuUs: 9,
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
  })
  const samples: IngestSamples = new Map([
    [candidate('bare', 64), [sample(1_000, 20), sample(2_000, 20)]],
    [candidate('hookline', 64), [sample(250, 50), sample(1_000, 50)]],
    [candidate('tutorial', 64), [sample(50, 400), sample(100, 400)]],
    [candidate('bare', 256), [sample(10, 1), sample(10, 1)]],
  ])
  const row = ingestTable(samples).split('\n')[3]
  expect(row?.split(' | ')).toEqual([
    '| 64, hookline',
    '625 (250-1,000)',
    '0.375 (0.250-0.500)',
    '7.50 (5.00-10.0)',
    '50.0, 2.50 × bare',
    '1.00',
    '2.00 |',
  ])
})

describe('a table in a document', () => {
  const document = 'before\n<!-- bench:a -->\nold\n<!-- /bench:a -->\nafter\n'

  test('replaces what stands between its markers and nothing else', () => {
    const once = betweenMarkers(document, 'bench:a', '| new |\n')
    expect(once).toBe('before\n<!-- bench:a -->\n| new |\n<!-- /bench:a -->\nafter\n')
    expect(betweenMarkers(once, 'bench:a', '| new |')).toBe(once)
  })

  test('is refused where the markers are missing, open or there twice', () => {
    const [before = ''] = document.split('<!-- /bench:a -->')
    for (const text of ['no markers', before, `${document}${document}`]) {
      expect(() => betweenMarkers(text, 'bench:a', 'new')).toThrow(/no single pair of markers/)
    }
  })
})
