import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { measureJobs, prove } from './measure.ts'
import { jobsPeers } from './peers.ts'

const directory = mkdtempSync(join(tmpdir(), 'hookline-bench-jobs-'))
const options = { count: 200, workMs: 10_000, processes: 1, services: {}, directory }
const [peer] = jobsPeers
/** Each measurement starts two processes, on a machine that may be busy. */
const slow = { timeout: 60_000 }

afterAll(() => rmSync(directory, { recursive: true }))

test('each order of the jobs is paid once, and only then there is a figure', slow, async () => {
  const settings = { concurrency: 16 }
  const sample = await measureJobs({ ...peer, settings }, options)
  expect(sample.jobsPerSecond).toBeGreaterThan(0)
  expect(sample.serverCpuUs).toBeGreaterThan(0)
  expect(sample.databaseCpuUs).toBeNull()
  expect(sample.left).toBe(0)
  const twice = { ...peer, settings, countPaid: async () => ({ once: 199, more: 1 }) }
  await expect(measureJobs(twice, options)).rejects.toThrow('199 were paid once, 1 more than once')
})

test('an order that was seen as paid and is not, or is paid twice, is found', () => {
  expect(() => prove(peer, { once: 400, more: 0 }, 400)).not.toThrow()
  expect(() => prove(peer, { once: 399, more: 0 }, 400)).toThrow('of 400 orders 399 were paid once')
  expect(() => prove(peer, { once: 400, more: 1 }, 400)).toThrow('1 more than once')
})
