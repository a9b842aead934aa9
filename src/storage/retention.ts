/**
 * Prunes what is older than its retention, a small batch at a time, with pauses in which ingest
 * goes on.
 */
import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { OldBefore, OldCounts } from './observed.ts'
import type { Pruned, Storage } from './storage.ts'

const dayMs = 24 * 3_600_000

export interface RetentionOptions {
  /** Events with their bodies, deliveries and attempts. Default 30. */
  readonly eventsDays?: number
  /** Dedupe keys; longer than any provider repeats itself. Default 90. */
  readonly dedupeKeysDays?: number
  /** The change log, from which clients resume. Default 7. */
  readonly changesDays?: number
  /** The record of calls to APIs. Default 30. */
  readonly callsDays?: number
  /** The audit log. Default 400. */
  readonly auditDays?: number
}

export interface RetentionJob {
  readonly storage: Pick<Storage, 'prune' | 'pruneCalls' | 'pruneAudit'>
  readonly clock: Clock
  readonly log: Log
  readonly retention: RetentionOptions
  readonly intervalMs?: number
  /** Told after each step how much was removed so far. */
  readonly onStep?: (removed: OldCounts) => void
}

const batchRows = 200
const pauseMs = 50
const intervalMsDefault = 10 * 60_000

/** Runs now and every ten minutes. Returns the way to stop. */
export function startRetention(job: RetentionJob): () => void {
  const state = { isStopped: false, isRunning: false }
  const run = () => {
    // A large database takes longer than the interval: one walk over it at a time.
    if (state.isRunning) return
    state.isRunning = true
    pruneAll(job, () => state.isStopped)
      .catch((error) => {
        if (!state.isStopped) job.log.error('could not prune', { error: errorText(error, 300) })
      })
      .finally(() => {
        state.isRunning = false
      })
  }
  const timer = setInterval(run, job.intervalMs ?? intervalMsDefault)
  run()
  return () => {
    state.isStopped = true
    clearInterval(timer)
  }
}

/** The times before which things are too old. */
export function beforesOf(retention: RetentionOptions, now: number): OldBefore {
  return {
    eventsBefore: now - (retention.eventsDays ?? 30) * dayMs,
    dedupeKeysBefore: now - (retention.dedupeKeysDays ?? 90) * dayMs,
    changesBefore: now - (retention.changesDays ?? 7) * dayMs,
  }
}

/** Everything that is due now; resolves with how much it was. */
export async function pruneAll(
  job: RetentionJob,
  isStopped: () => boolean = () => false,
): Promise<Pick<Pruned, 'events' | 'dedupeKeys' | 'changes'>> {
  const { storage, clock, retention } = job
  const total = { events: 0, dedupeKeys: 0, changes: 0 }
  let dedupeKeysFrom: Pruned['dedupeKeysFrom'] = null
  let isMore = true
  while (isMore && !isStopped()) {
    const before = beforesOf(retention, clock.now())
    const pruned = await storage.prune({ ...before, dedupeKeysFrom, limit: batchRows })
    total.events += pruned.events
    total.dedupeKeys += pruned.dedupeKeys
    total.changes += pruned.changes
    job.onStep?.(total)
    dedupeKeysFrom = pruned.dedupeKeysFrom
    isMore = dedupeKeysFrom !== null || pruned.events === batchRows || pruned.changes === batchRows
    if (isMore) await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  await pruneOldCalls(job, isStopped)
  await pruneOldAudit(job, isStopped)
  return total
}

async function pruneOldCalls(
  { storage, clock, retention }: RetentionJob,
  isStopped: () => boolean,
): Promise<void> {
  while (!isStopped()) {
    const before = clock.now() - (retention.callsDays ?? 30) * dayMs
    if ((await storage.pruneCalls(before, batchRows)) < batchRows) return
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

async function pruneOldAudit(
  { storage, clock, retention }: RetentionJob,
  isStopped: () => boolean,
): Promise<void> {
  while (!isStopped()) {
    const before = clock.now() - (retention.auditDays ?? 400) * dayMs
    if ((await storage.pruneAudit(before, batchRows)) < batchRows) return
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
