import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Work } from './work/count-work.ts'

/**
 * What one event may cost on SQLite where 64 senders wait at the same time. A machine that is busy
 * or slow costs the same. Lower a figure when a change lowers it; raise one only with the reason in
 * docs/operate/performance.md.
 */
const limits: { readonly accepted: Work; readonly handled: Work } = {
  // Look for its key, store the event, its delivery and its line in the change log; one look at
  // what others stored, and one commit, for all 64.
  accepted: { statements: 4 + 1 / 64, commits: 1 / 64, rows: 3, walBytes: 5_600, heapBytes: 8_500 },
  // The claim takes four statements for all 64. Then the fence with the new state, the attempt, the
  // document (a look and a write), its change, who waits for it, and the line in the change log.
  handled: {
    statements: 7 + 4 / 64,
    commits: 2 / 64,
    rows: 6,
    walBytes: 4_300,
    heapBytes: 20_500,
  },
}

/** So large that the heap grows by all that is allocated. */
const roomForAll = ['--min-semi-space-size=256', '--max-semi-space-size=512']

async function countWork(): Promise<typeof limits> {
  const program = join(import.meta.dirname, 'work', 'count-work.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [...roomForAll, program])
  return JSON.parse(stdout)
}

test('accepting and handling an event costs no more work than it did', async () => {
  const counted = await countWork()
  console.log(`work per event: ${JSON.stringify(counted)}`)
  for (const kind of ['accepted', 'handled'] as const) {
    for (const [name, limit] of Object.entries(limits[kind])) {
      const value = counted[kind][name as keyof Work]
      expect(value, `${kind}.${name}`).toBeLessThanOrEqual(limit)
      expect(value, `${kind}.${name}`).toBeGreaterThan(0)
    }
  }
})
