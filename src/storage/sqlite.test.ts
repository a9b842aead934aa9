import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Clock } from '../base/clock.ts'
import { conformance } from './conformance/conformance.ts'
import { accept, acceptMany, claim, done, newEvent, present } from './conformance/sample.ts'
import { temporaryDatabase } from './conformance/temporary-database.ts'
import { newClock, type OpenedForTest } from './conformance/under-test.ts'
import { migrate } from './migrations.ts'
import { openStorage, storageOn } from './open.ts'
import { type Engine, firstRow } from './program.ts'
import { openSqlite } from './sqlite.ts'
import type { Storage } from './storage.ts'

async function openSqliteForTest({ clock }: { clock: Clock }): Promise<OpenedForTest> {
  const database = await temporaryDatabase()
  const opened: Storage[] = []
  const openAnother = async () => {
    const storage = await openStorage({ database, clock })
    opened.push(storage)
    return storage
  }
  const storage = await openAnother()
  return {
    storage,
    openAnother,
    reopen: async () => {
      await storage.close()
      return openAnother()
    },
    sql: async (text) => {
      const db = new DatabaseSync(database)
      try {
        return db.prepare(text).all()
      } finally {
        db.close()
      }
    },
    closeAll: async () => {
      for (const each of opened) await each.close()
    },
  }
}

conformance('SQLite', openSqliteForTest)

/** The engine too, for what the contract does not show. */
async function openEngine(): Promise<{ engine: Engine; storage: Storage; database: string }> {
  const database = await temporaryDatabase()
  const engine = openSqlite({ path: database, clock: newClock() })
  onTestFinished(() => engine.close())
  await engine.transact(migrate)
  return { engine, storage: storageOn(engine), database }
}

function countCommits(): () => number {
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec')
  onTestFinished(() => exec.mockRestore())
  return () => exec.mock.calls.filter(([text]) => text === 'commit').length
}

test('each connection journals ahead and syncs at each commit', async () => {
  const { engine } = await openEngine()
  const setting = async (name: string) =>
    Object.values((await engine.read(() => firstRow(`pragma ${name}`))) ?? {})[0]
  expect(await setting('journal_mode')).toBe('wal')
  expect(await setting('synchronous')).toBe(2) // FULL
  expect(await setting('foreign_keys')).toBe(1)
})

test('what arrives in one turn of the loop is committed at once, and told once', async () => {
  const { storage } = await openEngine()
  const commits = countCommits()
  let told = 0
  storage.onChange(() => told++)
  await Promise.all([...Array(100).keys()].map((i) => accept(storage, `k${i}`)))
  expect([commits(), told]).toEqual([1, 1])
  for (let i = 0; i < 3; i++) await accept(storage, `later${i}`)
  expect([commits(), told]).toEqual([4, 4])
})

test('a group has a limit, and what is over it is committed next', async () => {
  const { storage } = await openEngine()
  const commits = countCommits()
  await Promise.all([...Array(1_000).keys()].map((i) => accept(storage, `k${i}`)))
  expect(commits()).toBe(2)
  expect(await storage.countEvents({})).toBe(1_000)
})

test('of a group with bad members each one good is committed, once', async () => {
  const { storage } = await openEngine()
  const type = null as unknown as string // no type, so that the database refuses it
  const answers = await Promise.allSettled(
    [...Array(20).keys()].map((i) => accept(storage, `k${i}`, i % 5 === 0 ? { type } : {})),
  )
  expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(4)
  expect(await storage.countEvents({})).toBe(16)
  expect(await storage.newestCursor()).toBe(16)
})

test('no transaction is open when a turn of the loop ends', async () => {
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec')
  onTestFinished(() => exec.mockRestore())
  const { storage } = await openEngine()
  const connection = exec.mock.contexts[0] as DatabaseSync // what exec was called on first
  let isDone = false
  const working = (async () => {
    await acceptMany(storage, 50)
    const leases = await claim(storage, { limit: 50 })
    await Promise.all([...leases.map((lease) => done(storage, lease)), storage.stats()])
    await storage.createReplay({}, null)
    // The other side of the test: inside a verb the transaction is seen.
    const seen: boolean[] = []
    await storage.advanceReplay(3, () => {
      seen.push(connection.isTransaction)
      return []
    })
    expect(seen).toEqual([true, true, true])
    isDone = true
  })()
  let ticks = 0
  for (; !isDone && ticks < 10_000; ticks++) {
    expect(connection.isTransaction).toBe(false)
    await new Promise(setImmediate)
  }
  await working
  expect(ticks).toBeGreaterThan(3)
})

test('a statement is prepared once, however often it runs', async () => {
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare')
  onTestFinished(() => prepare.mockRestore())
  const { storage } = await openEngine()
  const handleOne = async (key: string) => {
    await storage.acceptEvents([newEvent(key)])
    const [lease] = await claim(storage)
    await done(storage, present(lease), [{ kind: 'set', path: 'users/u_1', data: { key } }])
    await storage.changesAfter(0, 10)
  }
  await handleOne('k1')
  const prepared = prepare.mock.calls.length
  for (let i = 2; i < 12; i++) await handleOne(`k${i}`)
  expect(prepare.mock.calls.length).toBe(prepared)
  await storage.changesAfter(0, 11)
  expect(prepare.mock.calls.length).toBe(prepared + 1)
})
