import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { livePeers } from './live.ts'
import { clientsPossible, measureLive } from './measure.ts'

const directory = mkdtempSync(join(tmpdir(), 'hookline-bench-live-'))
afterAll(() => rmSync(directory, { recursive: true }))

test.each(livePeers)('each client of $name hears each change once', async (peer) => {
  const sample = await measureLive(peer, { clients: 20, changes: 2, directory })
  expect(sample.clients).toBe(20)
  expect(sample.p50Ms).toBeGreaterThan(0)
  expect(sample.lastMs).toBeGreaterThanOrEqual(sample.p99Ms)
  expect(sample.p99Ms).toBeGreaterThanOrEqual(sample.p50Ms)
})

test('there are never more clients than files that a process may open', () => {
  expect(clientsPossible(5)).toBe(5)
  expect(clientsPossible(1e12)).toBeLessThan(1e12)
})
