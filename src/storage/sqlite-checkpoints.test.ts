import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryDatabase } from './conformance/temporary-database.ts'
import { Checkpoints } from './sqlite-checkpoints.ts'

const rowBytes = 8_000
const rowCount = 100

/** A database that copies nothing by itself: all that was committed is in its log. */
async function withLongLog(): Promise<{ path: string; db: DatabaseSync }> {
  const path = await temporaryDatabase()
  const db = new DatabaseSync(path)
  onTestFinished(() => db.close())
  db.exec('pragma journal_mode = wal; pragma wal_autocheckpoint = 0; create table t (b blob)')
  const insert = db.prepare('insert into t values (zeroblob(?))')
  for (let i = 0; i < rowCount; i++) insert.run(rowBytes)
  return { path, db }
}

function checkpointsOf(path: string): Checkpoints {
  const checkpoints = new Checkpoints(path)
  onTestFinished(() => checkpoints.stop())
  return checkpoints
}

test('a thread copies the log into the database once enough was committed', async () => {
  const { path } = await withLongLog()
  const checkpoints = checkpointsOf(path)
  checkpoints.committed(500)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(statSync(path).size).toBeLessThan(rowBytes * rowCount)
  checkpoints.committed(500)
  await vi.waitFor(() => expect(statSync(path).size).toBeGreaterThan(rowBytes * rowCount), 10_000)
})

test('the log begins anew after that', async () => {
  const { path, db } = await withLongLog()
  const logBytes = statSync(`${path}-wal`).size
  const checkpoints = checkpointsOf(path)
  checkpoints.committed(1_000)
  await vi.waitFor(() => expect(statSync(path).size).toBeGreaterThan(rowBytes * rowCount), 10_000)
  await checkpoints.stop()
  for (let i = 0; i < rowCount / 2; i++) db.exec(`insert into t values (zeroblob(${rowBytes}))`)
  expect(statSync(`${path}-wal`).size).toBe(logBytes)
})

test('after it was stopped its connection is closed, and no other is made', async () => {
  const { path, db } = await withLongLog()
  const checkpoints = checkpointsOf(path)
  checkpoints.committed(1_000)
  await checkpoints.stop()
  checkpoints.committed(1_000)
  // The last connection to close removes the log.
  db.exec('pragma journal_mode = delete')
  expect(db.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'delete' })
})

test('a thread that can not open the database leaves the log to the commits', async () => {
  const checkpoints = checkpointsOf('/nowhere/at/all/hookline.db')
  checkpoints.committed(1_000)
  await new Promise((resolve) => setTimeout(resolve, 300))
  checkpoints.committed(1_000)
  await checkpoints.stop()
})

test('it does not keep a program from ending', async () => {
  const { path } = await withLongLog()
  const module = new URL('./sqlite-checkpoints.ts', import.meta.url).href
  const program = `const { Checkpoints } = await import(${JSON.stringify(module)})
    new Checkpoints(${JSON.stringify(path)}).committed(1_000)`
  const arguments_ = ['--input-type=module', '--eval', program]
  await promisify(execFile)(process.execPath, arguments_, { timeout: 20_000 })
}, 30_000)
