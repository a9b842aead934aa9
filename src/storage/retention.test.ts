import { expect, onTestFinished, test, vi } from 'vitest'
import { newId } from '../base/ids.ts'
import { type Log, silentLog } from '../base/log.ts'
import { acceptMany, newEvent } from './conformance/sample.ts'
import { temporaryDatabase } from './conformance/temporary-database.ts'
import { newClock, startMs } from './conformance/under-test.ts'
import { openStorage } from './open.ts'
import { pruneAll, type RetentionJob, startRetention } from './retention.ts'
import type { PruneOptions, Storage } from './storage.ts'

const dayMs = 86_400_000

function waitFor(condition: () => void): Promise<void> {
  return vi.waitFor(condition, { timeout: 5_000, interval: 5 })
}

async function newJob() {
  const clock = newClock()
  const storage = await openStorage({ database: await temporaryDatabase(), clock })
  onTestFinished(() => storage.close())
  return { storage, clock, log: silentLog, retention: {} }
}

/** The same storage, seen at each batch. */
function watched(storage: Storage, before: (options: PruneOptions) => Promise<void> | void) {
  return {
    prune: async (options: PruneOptions) => {
      await before(options)
      return storage.prune(options)
    },
    pruneCalls: (...range: Parameters<Storage['pruneCalls']>) => storage.pruneCalls(...range),
    pruneAudit: (...range: Parameters<Storage['pruneAudit']>) => storage.pruneAudit(...range),
  }
}

/** Its interval is turned by hand: `vi.advanceTimersByTime`. */
function start(job: RetentionJob): () => void {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const stop = startRetention({ ...job, intervalMs: 1_000 })
  onTestFinished(() => {
    stop()
    vi.useRealTimers()
  })
  return stop
}

test('each kind is kept for its days and then goes, however many batches it takes', async () => {
  const job = await newJob()
  await acceptMany(job.storage, 450, { deliveries: [] }, 'old')
  job.clock.timeMs += 30 * dayMs + 1
  const receivedAt = job.clock.timeMs
  await acceptMany(job.storage, 3, { deliveries: [], receivedAt }, 'young')
  expect(await pruneAll(job)).toEqual({ events: 450, dedupeKeys: 0, changes: 450 })
  expect(await job.storage.countEvents({})).toBe(3)
  expect(await job.storage.acceptEvents([newEvent('old1')])).toMatchObject([{ duplicate: true }])
  job.clock.timeMs = startMs + 90 * dayMs + 1
  expect(await pruneAll(job)).toEqual({ events: 3, dedupeKeys: 450, changes: 2 })
  expect(await job.storage.acceptEvents([newEvent('old1')])).toMatchObject([{ duplicate: false }])
})

test('calls go after their days too, however many there are, and the young stay', async () => {
  const job = await newJob()
  const call = (startedAt: number) => ({
    id: newId('call', startedAt),
    mode: 'test' as const,
    api: 'openai',
    sub: 'u_1',
    method: 'GET',
    path: '/v1/models',
    status: 200,
    outcome: 'answered' as const,
    startedAt,
    durationMs: 1,
    bytesSent: 0,
    bytesReceived: 0,
  })
  await job.storage.recordCalls(Array.from({ length: 450 }, () => call(startMs)))
  job.clock.timeMs += 30 * dayMs + 1
  const young = call(job.clock.timeMs)
  await job.storage.recordCalls([young])
  await pruneAll(job)
  expect((await job.storage.calls({}, { limit: 10 })).data).toEqual([young])
  job.clock.timeMs += dayMs + 1
  await pruneAll({ ...job, retention: { callsDays: 1 } })
  expect((await job.storage.calls({}, { limit: 10 })).data).toEqual([])
})

test('the days can be chosen for each kind', async () => {
  const job = await newJob()
  await acceptMany(job.storage, 5, { deliveries: [] })
  job.clock.timeMs += 2 * dayMs + 1
  const retention = { eventsDays: 3, dedupeKeysDays: 3, changesDays: 1 }
  expect(await pruneAll({ ...job, retention })).toEqual({ events: 0, dedupeKeys: 0, changes: 4 })
  expect(await pruneAll({ ...job, retention: { ...retention, eventsDays: 2 } })).toMatchObject({
    events: 5,
  })
})

test('it ends between two batches when it is told to', async () => {
  const job = await newJob()
  await acceptMany(job.storage, 450, { deliveries: [] })
  job.clock.timeMs += 31 * dayMs
  let batches = 0
  const storage = watched(job.storage, () => void batches++)
  await pruneAll({ ...job, storage }, () => batches === 1)
  expect(batches).toBe(1)
  expect(await job.storage.countEvents({})).toBe(250)
})

test('a run that lasts longer than the interval is not overtaken by the next', async () => {
  const job = await newJob()
  const held = Promise.withResolvers<void>()
  let [begun, ended] = [0, 0]
  const storage = watched(job.storage, async () => {
    begun++
    await held.promise
    ended++
  })
  start({ ...job, storage })
  vi.advanceTimersByTime(5_000)
  expect(begun).toBe(1)
  held.resolve()
  await waitFor(() => expect(ended).toBe(1))
  await waitFor(() => {
    vi.advanceTimersByTime(1_000)
    expect(ended).toBe(2)
  })
})

test('a run that fails is logged, and the next one comes all the same', async () => {
  const job = await newJob()
  const errors: unknown[] = []
  const log: Log = { ...silentLog, error: (message, fields) => errors.push({ message, fields }) }
  let runs = 0
  const storage = watched(job.storage, () => {
    if (++runs === 1) throw new Error('disk on fire')
  })
  start({ ...job, log, storage })
  await waitFor(() => expect(errors).toHaveLength(1))
  expect(errors).toEqual([
    { message: 'could not prune', fields: { error: expect.stringContaining('disk on fire') } },
  ])
  vi.advanceTimersByTime(1_000)
  await waitFor(() => expect(runs).toBe(2))
  expect(errors).toHaveLength(1)
})

test('after it was stopped nothing is pruned', async () => {
  const job = await newJob()
  let runs = 0
  const stop = start({ ...job, storage: watched(job.storage, () => void runs++) })
  await waitFor(() => {
    vi.advanceTimersByTime(1_000)
    expect(runs).toBeGreaterThan(1)
  })
  stop()
  const before = runs
  vi.advanceTimersByTime(100_000)
  await job.storage.check()
  expect(runs).toBe(before)
})
