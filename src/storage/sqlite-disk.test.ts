import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { accept, claimOne, done, newEvent, stateOf } from './conformance/sample.ts'
import { temporaryDatabase } from './conformance/temporary-database.ts'
import { newClock } from './conformance/under-test.ts'
import { migrate } from './migrations.ts'
import { openStorage, storageOn } from './open.ts'
import { asNumber, firstRow } from './program.ts'
import { openSqlite } from './sqlite.ts'
import type { Storage } from './storage.ts'

/** A disk on which a number of pages are free; SQLite reports it as it reports a full one. */
async function openOnDisk() {
  const engine = openSqlite({ path: await temporaryDatabase(), clock: newClock() })
  onTestFinished(() => engine.close())
  await engine.transact(migrate)
  const pragma = (text: string) => engine.transact(() => firstRow(`pragma ${text}`))
  const leaveFree = async (pages: number) => {
    const used = asNumber((await pragma('page_count'))?.page_count)
    await pragma(`max_page_count = ${used + pages}`)
  }
  return { storage: storageOn(engine), engine, leaveFree }
}

const large = Buffer.alloc(20_000, 'x')

/** Accepts one after the other until one is refused. */
async function fill(storage: Storage): Promise<{ answered: string[]; error: unknown }> {
  const answered: string[] = []
  for (let i = 0; i < 1_000; i++) {
    try {
      await accept(storage, `k${i}`, { body: large })
      answered.push(`k${i}`)
    } catch (error) {
      return { answered, error }
    }
  }
  throw new Error('The disk never got full.')
}

describe('a disk that is full', () => {
  test('refuses what does not fit, keeps what it answered, and goes on', async () => {
    const { storage, leaveFree } = await openOnDisk()
    await leaveFree(20)
    const { answered, error } = await fill(storage)
    expect(error).toMatchObject({ code: 'storage_full', status: 503 })
    expect(answered.length).toBeGreaterThan(0)
    const { data } = await storage.events({}, { limit: 100 })
    expect(data.map(({ dedupeKey }) => dedupeKey).reverse()).toEqual(answered)
    await leaveFree(10_000)
    // What was refused had left nothing: sent again, it is new.
    expect(await storage.acceptEvents([newEvent(`k${answered.length}`)])).toMatchObject([
      { duplicate: false },
    ])
  })

  test('refuses a whole group that does not fit, and each member is told', async () => {
    const { storage, leaveFree } = await openOnDisk()
    await leaveFree(10)
    const answers = await Promise.allSettled(
      [...Array(30).keys()].map((i) => accept(storage, `k${i}`, { body: large })),
    )
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'storage_full' } })
    }
    expect(await storage.countEvents({})).toBe(0)
    expect(await storage.newestCursor()).toBe(0)
  })

  test('is no fault of the handler: the attempt can settle later', async () => {
    const { storage, engine, leaveFree } = await openOnDisk()
    await engine.transact(() => firstRow('create table files (name text unique, bytes blob)'))
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    await leaveFree(2)
    // Of several rows, so that SQLite takes back the statement alone and not the transaction.
    const text = `insert into files select value, zeroblob(50000) from json_each('["a", "b"]')`
    const settle = () => done(storage, lease, [{ kind: 'sql', text, values: [] }])
    await expect(settle()).rejects.toMatchObject({ code: 'storage_full' })
    expect(await stateOf(storage, lease.id)).toBe('running')
    await leaveFree(10_000)
    expect(await settle()).toEqual({ result: 'settled' })
  })

  test('is no fault of the handler whose document did not fit either', async () => {
    const { storage, leaveFree } = await openOnDisk()
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    await leaveFree(2)
    const effect = { kind: 'set', path: 'users/u_1', data: { text: 'x'.repeat(100_000) } } as const
    const withSql = { kind: 'sql', text: 'select 1', values: [] } as const
    await expect(done(storage, lease, [effect])).rejects.toMatchObject({ code: 'storage_full' })
    await expect(done(storage, lease, [withSql, effect])).rejects.toMatchObject({
      code: 'storage_full',
    })
    await leaveFree(10_000)
    expect(await done(storage, lease, [effect])).toEqual({ result: 'settled' })
  })
})

describe('a verb that is called within another', () => {
  test('fails alone, and the other one is committed whole', async () => {
    const { storage } = await openOnDisk()
    await accept(storage, 'k1', { deliveries: [] })
    await accept(storage, 'k2', { deliveries: [] })
    await storage.createReplay({}, null)
    const inner: Promise<unknown>[] = []
    const replay = await storage.advanceReplay(5, () => {
      inner.push(storage.stats().catch((error: unknown) => error))
      return [{ target: 'a', orderKey: null }]
    })
    expect(replay).toMatchObject({ replayed: 2, state: 'done' })
    expect(await inner[0]).toMatchObject({ code: 'storage_failed' })
    expect(await storage.stats()).toMatchObject({ deliveries: { ready: 2 } })
  })
})

describe('a path that can not be a database', () => {
  async function refusal(database: string): Promise<unknown> {
    return openStorage({ database, clock: newClock() }).then(
      () => 'opened',
      (error: unknown) => error,
    )
  }

  test('is refused with storage_failed where it is a folder', async () => {
    const database = await temporaryDatabase()
    await mkdir(database)
    expect(await refusal(database)).toMatchObject({ code: 'storage_failed' })
  })

  test('is refused with storage_failed where it is below a file', async () => {
    const database = await temporaryDatabase()
    await writeFile(database, '')
    expect(await refusal(join(database, 'hookline.db'))).toMatchObject({ code: 'storage_failed' })
  })

  test('is refused with storage_failed where another program wrote the file', async () => {
    const database = await temporaryDatabase()
    await writeFile(database, 'Dear diary, '.repeat(1_000))
    expect(await refusal(database)).toMatchObject({ code: 'storage_failed' })
  })

  test('is made, with its folder, where there is nothing yet', async () => {
    const database = join(await temporaryDatabase(), 'a', 'b', 'hookline.db')
    const storage = await openStorage({ database, clock: newClock() })
    expect(await storage.countEvents({})).toBe(0)
    await storage.close()
  })
})
