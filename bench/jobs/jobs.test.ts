import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { measureJobs } from './measure.ts'
import { jobsPeers } from './peers.ts'

const directory = mkdtempSync(join(tmpdir(), 'hookline-bench-jobs-'))
const options = { count: 400, workMs: 10_000, processes: 1, services: {}, directory }
const peer = jobsPeers.find(({ name }) => name === 'hookline-sqlite')

afterAll(() => rmSync(directory, { recursive: true }))

test('each order of the jobs is paid once, and only then there is a figure', async () => {
  if (!peer) throw new Error('Hookline is not among the peers.')
  const settings = { concurrency: 16 }
  const sample = await measureJobs({ ...peer, settings }, options)
  expect(sample.jobsPerSecond).toBeGreaterThan(0)
  expect(sample.serverCpuUs).toBeGreaterThan(0)
  expect(sample.databaseCpuUs).toBeNull()
  expect(sample.left).toBe(0)
  const unpaid = { ...peer, settings, countPaid: async () => ({ once: 399, more: 0 }) }
  await expect(measureJobs(unpaid, options)).rejects.toThrow('of 400 orders 399 were paid once')
  const twice = { ...peer, settings, countPaid: async () => ({ once: 400, more: 1 }) }
  await expect(measureJobs(twice, options)).rejects.toThrow('1 more than once')
})
