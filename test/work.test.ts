import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { startPostgres } from './postgres-server.ts'
import { countPostgresWork, type PostgresWork } from './work/count-postgres-work.ts'
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

/** Likewise on PostgreSQL. How the groups fall differs a little from one time to the next. */
const postgresLimits: { readonly accepted: PostgresWork; readonly handled: PostgresWork } = {
  // Two or three commits for 64, and as many that wake the other processes.
  accepted: { commits: 8 / 64, walBytes: 4_600, indexEntries: 0, tablesRead: 0 },
  // The claim looks at the index of what is due, the settlement at that of ids and at its row.
  handled: { commits: 8 / 64, walBytes: 2_400, indexEntries: 8, tablesRead: 0 },
}

test('an event on PostgreSQL costs no more work than it did', { timeout: 60_000 }, async () => {
  const server = await startPostgres()
  onTestFinished(() => server.stop())
  const counted = await countPostgresWork(await ownDatabase(server.url))
  console.log(`work per event on PostgreSQL: ${JSON.stringify(counted)}`)
  for (const kind of ['accepted', 'handled'] as const) {
    for (const [name, limit] of Object.entries(postgresLimits[kind])) {
      const value = counted[kind][name as keyof PostgresWork]
      expect(value, `${kind}.${name}`).toBeLessThanOrEqual(limit)
    }
    expect(counted[kind].walBytes).toBeGreaterThan(1_000)
  }
})

/** On a server that others use as well, what they do in their databases does not count. */
async function ownDatabase(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const name = `work_${process.pid}`
  await client.query(`create database ${name}`)
  await client.end()
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}
