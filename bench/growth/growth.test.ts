import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../bench.ts'
import { type Load, startLoad } from '../ingest/measure.ts'
import { hooklineFileName } from '../ingest/store.ts'
import { latencyCases, measureLatency } from '../latency/measure.ts'
import { seededRandom } from '../measuring/random.ts'
import { filledDatabase } from './filled.ts'
import { measureGrowth } from './growth.ts'

const directory = mkdtempSync(join(tmpdir(), 'hookline-bench-growth-'))
const context: Context = {
  directory,
  keptDirectory: join(directory, 'kept'),
  size: 'smoke',
  flags: {
    seconds: '0.3',
    'warm-up': '0.1',
    connections: '4',
    'maximum-seconds': '0.3',
    old: '400',
  },
  seed: 7,
  random: seededRandom(7),
  cores: undefined,
  say: () => {},
}
/** Each measurement starts processes, on a machine that may be busy. */
const slow = { timeout: 60_000 }
let load: Load

beforeAll(() => {
  load = startLoad()
})
afterAll(async () => {
  await load.stop()
  rmSync(directory, { recursive: true })
})

test('a filled database has what each event has once it is handled', slow, async () => {
  const folder = await filledDatabase({ count: 300, ...context })
  const db = new DatabaseSync(join(folder, hooklineFileName), { readOnly: true })
  const count = (sql: string) => db.prepare(`select count(*) as n from ${sql}`).get()?.n
  expect(count('events')).toBe(301)
  expect(count('dedupe_keys')).toBe(301)
  const handled = `events e join deliveries d on d.event_id = e.id and d.state = 'done'
    join attempts a on a.delivery_id = d.id and a.outcome = 'done'`
  expect(count(handled)).toBe(301)
  expect(count('documents')).toBe(301)
  db.close()
})

test(
  'on it new events are taken in and handled, each by all handlers that want it',
  slow,
  async () => {
    const one = { title: 'a case', stored: 300, handlers: 3, unwanted: 2 }
    const sample = await measureGrowth(one, { context, load, number: 1 })
    expect(sample.requestsPerSecond).toBeGreaterThan(0)
  },
)

test('latency is measured at half of the maximum while old events are pruned', slow, async () => {
  const one = latencyCases.find(({ isPruning }) => isPruning)
  if (!one) throw new Error('No case prunes.')
  const sample = await measureLatency(one, { context, load, number: 2 })
  expect(sample.halfRate).toBeCloseTo(sample.maximumRate / 2)
  expect(sample.p99Ms).toBeGreaterThanOrEqual(sample.p50Ms)
})
