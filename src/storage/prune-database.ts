/** One whole prune of a database by itself, or the count of what it would remove. */
import { silentLog } from '../base/log.ts'
import type { OldCounts } from './observed.ts'
import { type OpenOptions, openStorage } from './open.ts'
import { beforesOf, pruneAll, type RetentionOptions } from './retention.ts'

export interface PruneDatabaseOptions extends OpenOptions {
  readonly retention: RetentionOptions
  /** Nothing is removed. */
  readonly isDryRun: boolean
  /** Told what is to be removed, before it begins. */
  readonly onCounted: (old: OldCounts) => void
  /** Told how much was removed so far. */
  readonly onStep: (removed: OldCounts) => void
}

/** @throws HooklineError `storage_failed`, `storage_incompatible`. */
export async function pruneDatabase(options: PruneDatabaseOptions): Promise<OldCounts> {
  const { retention, isDryRun, onCounted, onStep, clock } = options
  const storage = await openStorage(options)
  try {
    const old = await storage.countOld(beforesOf(retention, clock.now()))
    if (isDryRun) return old
    onCounted(old)
    const job = { storage, clock, log: silentLog, retention, onStep }
    const { events, dedupeKeys, changes } = await pruneAll(job)
    return { events, dedupeKeys, changes }
  } finally {
    await storage.close()
  }
}
