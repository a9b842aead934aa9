import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { type BackupStep, backupDatabase } from './backup.ts'
import { temporaryDatabase } from './conformance/temporary-database.ts'
import { openStorage } from './open.ts'

const fillerRows = 3_000
const fillerBytes = 8_000

/**
 * A database of some steps, whose writer always changes a page at its beginning and one at its end
 * in one transaction. A copy that mixes moments shows.
 */
async function largeDatabase() {
  const database = await temporaryDatabase()
  await (await openStorage({ database, clock: systemClock })).close()
  const db = new DatabaseSync(database)
  onTestFinished(() => db.close())
  db.exec('create table first (n integer); insert into first values (0)')
  db.exec('create table filler (bytes blob)')
  const insert = db.prepare('insert into filler values (?)')
  db.exec('begin')
  for (let i = 0; i < fillerRows; i++) insert.run(randomBytes(fillerBytes))
  db.exec('commit; create table last (n integer); insert into last values (0)')
  const write = () =>
    db.exec('begin immediate; update first set n = n + 1; update last set n = n + 1; commit')
  return { database, write, db }
}

function momentsIn(file: string): unknown {
  const db = new DatabaseSync(file, { readOnly: true })
  const row = db.prepare('select first.n as first, last.n as last from first, last').get()
  db.close()
  return { ...row }
}

test('a copy with writes between all its steps is of the moment it began', async () => {
  const { database, write, db } = await largeDatabase()
  for (let i = 0; i < 7; i++) write()
  const steps: BackupStep[] = []
  const file = `${database}.copy`
  const onStep = (step: BackupStep) => {
    // A copy that begins anew after each write would never end.
    if (steps.length > 100) throw new Error('the copy does not end')
    steps.push(step)
    write()
  }
  const made = await backupDatabase({ database, file, onStep })
  expect(steps.length).toBeGreaterThan(4)
  expect(db.prepare('select n from first').get()?.n).toBe(7 + steps.length)
  expect(momentsIn(file)).toEqual({ first: 7, last: 7 })
  expect(made).toMatchObject({ events: 0, bytes: readFileSync(file).length })
  const done = steps.flatMap((step) => (step.kind === 'copying' ? [step.doneBytes] : []))
  expect(done).toEqual(done.toSorted((a, b) => a - b))
  expect(new Set(done).size).toBe(done.length)
  expect(steps.at(-1)).toEqual({ kind: 'checking' })
  const names = readdirSync(dirname(file)).filter((name) => name.startsWith(basename(file)))
  expect(names).toEqual([basename(file)])
})

test('it leaves the thread free while it copies and while it checks', async () => {
  const { database } = await largeDatabase()
  const turns = { copying: 0, checking: 0 }
  let kind: BackupStep['kind'] = 'copying'
  let isEnded = false
  const onStep = (step: BackupStep) => {
    kind = step.kind
  }
  const made = backupDatabase({ database, file: `${database}.copy`, onStep }).finally(() => {
    isEnded = true
  })
  while (!isEnded) {
    await wait(1)
    turns[kind]++
  }
  await made
  expect(turns.copying).toBeGreaterThan(2)
  expect(turns.checking).toBeGreaterThan(2)
})

test('a database that is damaged gives no copy, and nothing stays behind', async () => {
  const { database, db } = await largeDatabase()
  db.exec('create index by_bytes on filler (bytes); pragma wal_checkpoint(truncate)')
  const bytes = readFileSync(database)
  const middle = Math.floor(bytes.length / 2 / 8_192) * 8_192
  bytes.fill(0xff, middle, middle + 4 * 8_192)
  const file = `${database}.damaged`
  writeFileSync(file, bytes)
  const copy = backupDatabase({ database: file, file: `${file}.copy` })
  await expect(copy).rejects.toMatchObject({
    code: 'storage_failed',
    message: expect.stringMatching(/not whole/),
  })
  expect(existsSync(`${file}.copy`)).toBe(false)
  expect(readdirSync(dirname(file)).filter((name) => name.includes('partial'))).toEqual([])
})
