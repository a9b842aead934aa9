import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startPostgres } from '../../test/postgres-server.ts'
import { appFolder } from './testing/app-folder.ts'
import { runCli, temporaryFolder } from './testing/cli-process.ts'

test('a plan prints SQL and makes nothing; a run does; a second has nothing to do', async () => {
  const directory = temporaryFolder()
  const planned = await runCli(['migrate', '--plan'], { directory })
  expect(planned).toMatchObject({ code: 0, stderr: '' })
  expect(planned.stdout).toMatch(/^begin;\n[\s\S]*create table events[\s\S]*commit;\n$/)
  expect(existsSync(join(directory, '.hookline'))).toBe(false)
  expect((await runCli(['migrate'], { directory })).stdout).toMatch(/^The schema had version 0 and/)
  expect((await runCli(['migrate'], { directory })).stdout).toMatch(/^Nothing to do/)
  const { stdout } = await runCli(['migrate', '--plan', '--json'], { directory })
  expect(JSON.parse(stdout)).toMatchObject({ engine: 'sqlite', sql: '', isPlan: true })
})

test('a database that can not be had is one line, and exit 1', async () => {
  const directory = temporaryFolder()
  writeFileSync(join(directory, 'not.db'), 'this is no database '.repeat(100))
  const { code, stdout, stderr } = await runCli(['migrate', '--database', 'not.db'], { directory })
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^hookline: .*could not be opened.*\n$/)
})

test('the schema that the app names is the one that is migrated', async () => {
  const server = await startPostgres()
  onTestFinished(() => server.stop())
  const directory = appFolder()
  const schema = `named_${randomBytes(6).toString('hex')}`
  const app = `import { hookline } from 'hookline'
    export default hookline({ sources: {}, schema: '${schema}' })`
  writeFileSync(join(directory, 'hookline.ts'), app)
  const plan = async (environment: Record<string, string>) => {
    const all = { HOOKLINE_DATABASE: server.url, ...environment }
    return (await runCli(['migrate', '--plan'], { directory, environment: all })).stdout
  }
  expect(await plan({})).toContain(`create schema if not exists "${schema}";`)
  expect(await plan({ HOOKLINE_SCHEMA: 'other' })).toContain('create schema if not exists "other";')
})
