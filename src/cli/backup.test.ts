import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { accept, acceptMany, claim, done } from '../storage/conformance/sample.ts'
import { openStorage } from '../storage/open.ts'
import { runCli, temporaryFolder } from './testing/cli-process.ts'

/** A folder with a database in which somebody writes all the time. */
async function busyDatabase() {
  const directory = temporaryFolder()
  mkdirSync(join(directory, '.hookline'))
  const database = join(directory, '.hookline', 'hookline.db')
  const storage = await openStorage({ database, clock: systemClock })
  await acceptMany(storage, 300)
  let isStopped = false
  const writing = (async () => {
    for (let i = 0; !isStopped; i++) {
      await accept(storage, `more${i}`)
      for (const lease of await claim(storage, { limit: 1 })) {
        await done(storage, lease, [{ kind: 'set', path: `users/u_${i}`, data: { i } }])
      }
    }
  })()
  onTestFinished(async () => {
    isStopped = true
    await writing
    await storage.close()
  })
  return { directory, storage }
}

test('a copy made while events come in is whole, opens, and is for its owner alone', async () => {
  const { directory } = await busyDatabase()
  const { code, stdout, stderr } = await runCli(['backup', 'copy.db', '--json'], { directory })
  expect([code, stderr]).toEqual([0, ''])
  const made = JSON.parse(stdout)
  const file = join(directory, 'copy.db')
  expect(made).toMatchObject({ file, bytes: statSync(file).size })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(directory).filter((name) => name.includes('partial'))).toEqual([])
  const copy = await openStorage({ database: file, clock: systemClock })
  expect(await copy.countEvents({})).toBe(made.events)
  expect(made.events).toBeGreaterThanOrEqual(300)
  await copy.close()
  const db = new DatabaseSync(file)
  expect(db.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
  db.close()
})

test('what is there is never written over, and what is missing is said', async () => {
  const directory = temporaryFolder()
  const missing = await runCli(['backup', 'copy.db'], { directory })
  expect([missing.code, missing.stdout]).toEqual([1, ''])
  expect(missing.stderr).toMatch(/^hookline: There is no database at .*--database\.\n$/)
  expect(readdirSync(directory)).toEqual([])
  mkdirSync(join(directory, '.hookline'))
  writeFileSync(join(directory, '.hookline', 'hookline.db'), 'no database '.repeat(500))
  writeFileSync(join(directory, 'old.db'), 'an earlier one')
  const over = await runCli(['backup', 'old.db'], { directory })
  expect([over.code, over.stderr]).toEqual([1, expect.stringContaining('never written over')])
  const damaged = await runCli(['backup', 'copy.db'], { directory })
  expect(damaged.code).toBe(1)
  expect(readdirSync(directory).sort()).toEqual(['.hookline', 'old.db'])
})

test('PostgreSQL is copied by its own tools, which are named', async () => {
  const environment = { HOOKLINE_DATABASE: 'postgres://user:hunter2@127.0.0.1:1/app' }
  const { code, stderr } = await runCli(['backup', 'x'], {
    directory: temporaryFolder(),
    environment,
  })
  expect([code, stderr]).toEqual([1, expect.stringMatching(/pg_dump.*--schema=hookline/)])
  expect(stderr).not.toContain('hunter2')
})
