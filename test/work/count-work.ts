/**
 * Counts what accepting and handling events costs: work and not time, which says little on a busy
 * machine. A process of its own, whose young generation is large enough that nothing is collected
 * between two readings of the heap. Prints one line of JSON.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { systemClock } from '../../src/base/clock.ts'
import { openStorage } from '../../src/storage/open.ts'
import type { ClaimedDelivery, Storage } from '../../src/storage/storage.ts'
import { acceptGroup, groupSize } from './senders.ts'

export interface Work {
  readonly statements: number
  readonly commits: number
  readonly rows: number
  readonly walBytes: number
  readonly heapBytes: number
}

const groups = 8
/** Before the first reading, so that each statement is prepared and each function is warm. */
const warmUpGroups = 4

const counts = { statements: 0, commits: 0, rows: 0 }

function countStatements(): void {
  for (const method of ['all', 'run'] as const) {
    const real = StatementSync.prototype[method] as (...values: unknown[]) => unknown
    StatementSync.prototype[method] = function (this: StatementSync, ...values: unknown[]) {
      counts.statements++
      const result = real.apply(this, values)
      // A statement that gives rows changed as many as it gives, or only looked.
      const isWrite = !/^\s*(select|pragma)/i.test(this.sourceSQL)
      const changed = Array.isArray(result)
        ? result.length
        : Number((result as { changes: number }).changes)
      if (isWrite) counts.rows += changed
      return result
    } as never
  }
  const exec = DatabaseSync.prototype.exec
  DatabaseSync.prototype.exec = function (this: DatabaseSync, text: string) {
    if (text === 'commit') counts.commits++
    return exec.call(this, text)
  }
}

async function handleGroup(storage: Storage): Promise<void> {
  const options = { limit: groupSize, leaseMs: 60_000, targets: ['handler'] }
  const claimed = await storage.claimDeliveries({ ...options, suspects: 1, crashesMax: 3 })
  await Promise.all(claimed.map((delivery) => settle(storage, delivery)))
}

async function settle(storage: Storage, delivery: ClaimedDelivery): Promise<void> {
  const path = `users/${delivery.id}`
  const effects = [{ kind: 'update', path, patch: { unlocked: true } }] as const
  await storage.settleDelivery(delivery, { outcome: 'done', effects, reads: [] })
}

async function measure(database: string, run: () => Promise<void>): Promise<Work> {
  const read = () => ({
    ...counts,
    walBytes: statSync(`${database}-wal`).size,
    heapBytes: process.memoryUsage().heapUsed,
  })
  const before = read()
  for (let i = 0; i < groups; i++) await run()
  const after = read()
  const each = (name: keyof Work) => (after[name] - before[name]) / (groups * groupSize)
  return {
    statements: each('statements'),
    commits: each('commits'),
    rows: each('rows'),
    walBytes: each('walBytes'),
    heapBytes: each('heapBytes'),
  }
}

countStatements()
const folder = mkdtempSync(join(tmpdir(), 'hookline-work-'))
const database = join(folder, 'hookline.db')
const storage = await openStorage({ database, clock: systemClock })
for (let i = 0; i < warmUpGroups; i++) await acceptGroup(storage)
for (let i = 0; i < warmUpGroups; i++) await handleGroup(storage)
const accepted = await measure(database, () => acceptGroup(storage))
const handled = await measure(database, () => handleGroup(storage))
console.log(JSON.stringify({ accepted, handled }))
await storage.close()
rmSync(folder, { recursive: true })
