import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { acceptMany, newEvent } from './conformance/sample.ts'
import { temporaryDatabase } from './conformance/temporary-database.ts'
import { openStorage } from './open.ts'
import type { Storage } from './storage.ts'

const program = join(import.meta.dirname, 'conformance', 'process.ts')

const pauseMs = 3
const limit = { timeout: 15_000, interval: 20 }

interface Running {
  readonly child: ChildProcess
  readonly lines: string[]
  /** Resolves with the exit code, null where it was killed, after the last line has been read. */
  readonly ended: Promise<number | null>
}

function start(role: string, database: string, onLine: () => void = () => {}): Running {
  const child = spawn(process.execPath, [program, role, database], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    onLine()
  })
  const ended = once(child, 'close').then(([code]) => code as number | null) // as Node documents it
  return { child, lines, ended }
}

async function open(database: string): Promise<Storage> {
  const storage = await openStorage({ database, clock: systemClock })
  onTestFinished(() => storage.close())
  return storage
}

function valuesOf(lines: readonly string[], word: string): string[] {
  return lines
    .filter((line) => line.startsWith(`${word} `))
    .map((line) => line.slice(word.length + 1))
}

/** Of the keys that were said to be accepted those that the database does not have. */
async function missingOf(database: string, keys: readonly string[]): Promise<string[]> {
  const storage = await open(database)
  const answers = await storage.acceptEvents(
    keys.map((key) => newEvent(key, { body: Buffer.from(key) })),
  )
  return keys.filter((_, i) => !answers[i]?.duplicate || answers[i].conflict)
}

test('processes that open a new database at the same instant all get it', async () => {
  for (let round = 0; round < 4; round++) {
    const database = await temporaryDatabase()
    const all = Array.from({ length: 5 }, () => start('open', database))
    expect(await Promise.all(all.map(({ ended }) => ended))).toEqual([0, 0, 0, 0, 0])
    expect(all.map(({ lines }) => lines)).toEqual(all.map(() => ['events 0']))
  }
})

test('two processes on one file share the work and run no delivery twice', async () => {
  const database = await temporaryDatabase()
  const storage = await open(database)
  const db = new DatabaseSync(database)
  onTestFinished(() => db.close())
  db.exec('create table runs (delivery_id text, pid integer)')
  const both = [start('claim', database), start('claim', database)]
  await vi.waitFor(
    () => expect(both.map(({ lines }) => lines[0])).toEqual(['ready', 'ready']),
    limit,
  )
  const haveBothClaimed = () =>
    both.every(({ lines }) => lines.some((line) => line.startsWith('claimed ')))
  // One alone is quick enough for a few, so there are more until the other has had some as well.
  let sent = 0
  for (let i = 0; i < 20 || (i < 400 && !haveBothClaimed()); i++) {
    sent += (await acceptMany(storage, 20, {}, `k${i}-`)).length
    // SQLite lets no waiting process in before one that writes without a pause.
    await pause(pauseMs)
  }
  await vi.waitFor(async () => expect((await storage.stats()).deliveries.ended).toBe(sent), limit)
  for (const { child } of both) child.stdin?.end()
  expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0])
  const runs = db.prepare('select delivery_id, count(*) as n from runs group by 1').all()
  expect(runs).toHaveLength(sent)
  expect(runs.filter(({ n }) => n !== 1)).toEqual([])
  expect(both.flatMap(({ lines }) => valuesOf(lines, 'not settled'))).toEqual([])
  for (const { lines } of both) expect(valuesOf(lines, 'claimed').length).toBeGreaterThan(0)
  expect((await storage.stats()).deliveries).toMatchObject({ ready: 0, running: 0, failed: 0 })
})

test('a process that is killed while it accepts has stored all that it answered', async () => {
  const database = await temporaryDatabase()
  const keys: string[] = []
  for (const answers of [3, 60, 200]) {
    const running = start('accept', database, () => {
      if (running.lines.length === answers) running.child.kill('SIGKILL')
    })
    expect(await running.ended).toBeNull()
    keys.push(...valuesOf(running.lines, 'accepted'))
  }
  expect(keys.length).toBeGreaterThanOrEqual(263)
  expect(await missingOf(database, keys)).toEqual([])
  const db = new DatabaseSync(database)
  onTestFinished(() => db.close())
  expect(db.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
})

test('a process that answered before it stored is found out by the same check', async () => {
  const database = await temporaryDatabase()
  const running = start('accept without waiting', database)
  expect(await running.ended).toBeNull()
  const keys = valuesOf(running.lines, 'accepted')
  expect(keys).toHaveLength(8)
  expect(await missingOf(database, keys)).toEqual(keys)
})
