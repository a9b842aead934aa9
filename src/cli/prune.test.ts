import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
