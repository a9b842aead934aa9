import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { acceptMany } from '../storage/conformance/sample.ts'
import { openStorage } from '../storage/open.ts'
import { appFolder } from './testing/app-folder.ts'
import { runCli } from './testing/cli-process.ts'

const dayMs = 24 * 3_600_000

async function countIn(database: string): Promise<number> {
  const storage = await openStorage({ database, clock: systemClock })
  const count = await storage.countEvents({})
  await storage.close()
  return count
}

test('a dry run counts what a run removes, by the retention that the app has', async () => {
  const directory = appFolder()
  mkdirSync(join(directory, '.hookline'))
  const database = join(directory, '.hookline', 'hookline.db')
  const storage = await openStorage({ database, clock: systemClock })
  const now = systemClock.now()
  await acceptMany(storage, 450, { deliveries: [], receivedAt: now - 4 * dayMs }, 'old')
  await acceptMany(storage, 5, { deliveries: [], receivedAt: now - 2 * dayMs }, 'young')
  await acceptMany(storage, 1, { receivedAt: now - 4 * dayMs }, 'open')
  await storage.close()
  const usual = await runCli(['prune', '--dry-run', '--json'], { directory })
  expect(JSON.parse(usual.stdout)).toMatchObject({ events: 0, isDryRun: true })
  writeFileSync(
    join(directory, 'hookline.ts'),
    `import { hookline } from 'hookline'
    export default hookline({ sources: {}, retention: { eventsDays: 3 } })`,
  )
  const dry = await runCli(['prune', '--dry-run'], { directory })
  expect(dry.stdout).toBe('Would remove 450 events, 0 dedupe keys and 0 changes.\n')
  expect(await countIn(database)).toBe(456)
  const run = await runCli(['prune'], { directory })
  expect([run.code, run.stdout]).toEqual([0, 'Removed 450 events, 0 dedupe keys and 0 changes.\n'])
  expect(await countIn(database)).toBe(6)
})

test('a long run tells a pipe by lines how far it is, and its JSON stays clean', async () => {
  const directory = appFolder()
  mkdirSync(join(directory, '.hookline'))
  const database = join(directory, '.hookline', 'hookline.db')
  await (await openStorage({ database, clock: systemClock })).close()
  const db = new DatabaseSync(database)
  // More than goes in five seconds: there is a pause after each 200.
  const oldRows = 30_000
  db.prepare(`with recursive numbers (n) as (
      select 1 union all select n + 1 from numbers where n <= ?)
    insert into changes (path, type, data, version, changed_at)
      select 'users/u_' || n, 'set', '{}', 1, 0 from numbers`).run(oldRows)
  db.close()
  const { code, stdout, stderr } = await runCli(['prune', '--json'], { directory })
  expect(code).toBe(0)
  const removed = { events: 0, dedupeKeys: 0, changes: oldRows, isDryRun: false }
  expect(JSON.parse(stdout)).toEqual(removed)
  const line = /^\d\d? %, [\d,]+ of 30,000 rows, [\d,]+\/s, about \d+ \w+ left$/
  const lines = stderr.trimEnd().split('\n')
  for (const text of lines) expect(text).toMatch(line)
}, 60_000)
