import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { between, type Random, seed, seededRandom } from '../base/testing/random.ts'
import { accept, newEvent } from './conformance/sample.ts'
import { temporaryDatabase } from './conformance/temporary-database.ts'
import { newClock } from './conformance/under-test.ts'
import { migrate } from './migrations.ts'
import { storageOn } from './open.ts'
import { openSqlite } from './sqlite.ts'
import type { AcceptedEvent, Storage } from './storage.ts'

/** So that a sweep begins, ends and is interrupted all the time. */
const sweepFrom = 100
/** Different keys that are sent. */
const keysMax = 1_500
const keepAll = { changesBefore: 0, dedupeKeysBefore: 0, limit: 100 }

async function open(database: string, options: { sweepFrom?: number } = {}): Promise<Storage> {
  const engine = openSqlite({ path: database, clock: newClock(), sweepFrom, ...options })
  onTestFinished(() => engine.close())
  await engine.transact(migrate)
  return storageOn(engine)
}

function indexed(database: string): Map<string, string> {
  const db = new DatabaseSync(database)
  try {
    const rows = db.prepare('select dedupe_key, event_id from dedupe_keys').all()
    return new Map(rows.map((row) => [String(row.dedupe_key), String(row.event_id)]))
  } finally {
    db.close()
  }
}

/** Makes the next commit fail, as on a full disk: with the whole group done and nothing kept. */
function failingCommits(): { failNext(): void } {
  const real = DatabaseSync.prototype.exec
  let isFull = false
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (
    this: DatabaseSync,
    text: string,
  ) {
    if (text !== 'commit' || !isFull) return real.call(this, text)
    isFull = false
    throw Object.assign(new Error('database or disk is full'), { errcode: 13 })
  })
  onTestFinished(() => exec.mockRestore())
  return {
    failNext() {
      isFull = true
    },
  }
}

/** Three connections as three processes have them, and what each answer must be. */
class Model {
  readonly ids = new Map<string, string>()
  readonly random: Random
  readonly database: string
  readonly storages: Storage[]
  readonly commits = failingCommits()

  constructor(database: string, storages: Storage[], first: number) {
    this.database = database
    this.storages = storages
    this.random = seededRandom(first)
  }

  /** Several at once: they share a commit. A bad one makes each of them run alone. */
  async acceptSome(hasBadMember: boolean): Promise<void> {
    const sent = Array.from({ length: 1 + this.pick(6) }, () => this.key())
    const storage = this.any()
    const bad = hasBadMember
      ? [accept(storage, `bad${this.pick(5)}`, { type: null as unknown as string })]
      : []
    const answers = await Promise.all(sent.map((key) => storage.acceptEvents([newEvent(key)])))
    expect((await Promise.allSettled(bad)).map(({ status }) => status)).toEqual(
      bad.map(() => 'rejected'),
    )
    answers.forEach(([answer], i) => {
      this.check(sent[i] ?? '', answer)
    })
  }

  check(key: string, answer: AcceptedEvent | undefined): void {
    const known = this.ids.get(key)
    expect([key, answer?.duplicate]).toEqual([key, known !== undefined])
    expect([key, answer?.id]).toEqual([key, known ?? answer?.id])
    this.ids.set(key, answer?.id ?? '')
  }

  async failToAccept(): Promise<void> {
    this.commits.failNext()
    const sent = Array.from({ length: 3 }, () => this.key())
    const answers = await Promise.allSettled(
      sent.map((key) => this.storages[0]?.acceptEvents([newEvent(key)])),
    )
    // A sweep of another connection may have come first, and failed in its place.
    answers.forEach((answer, i) => {
      if (answer.status === 'fulfilled') this.check(sent[i] ?? '', answer.value?.[0])
    })
  }

  pick(below: number): number {
    return between(this.random, 0, below - 1)
  }

  key(): string {
    return `k${this.pick(keysMax)}`
  }

  any(): Storage {
    // The index is below the length.
    return this.storages[this.pick(this.storages.length)] as Storage
  }

  async openAnew(isClosed: boolean): Promise<void> {
    const place = this.pick(this.storages.length)
    // One that is left open has written nothing more: the next one finds the file as after a kill.
    if (isClosed) await this.storages[place]?.close()
    this.storages[place] = await open(this.database)
  }

  async step(): Promise<void> {
    const kind = this.pick(100)
    if (kind < 5) await this.failToAccept()
    else if (kind < 90) await this.acceptSome(kind < 15)
    else if (kind < 96) await this.openAnew(kind < 93)
    else await this.any().prune({ ...keepAll, eventsBefore: newClock().now() + 1 })
  }
}

test(`each key has one event, whoever stores it, fails or starts anew (SEED=${seed})`, async () => {
  const database = await temporaryDatabase()
  const storages = [await open(database), await open(database), await open(database)]
  const model = new Model(database, storages, seed)
  for (let i = 0; i < 600; i++) await model.step()
  expect(model.ids.size).toBeGreaterThan(300)
  for (const storage of model.storages) await storage.close()
  expect(indexed(database)).toEqual(model.ids)
})

test('a key waits outside of the index, and goes into it with the file closed', async () => {
  const database = await temporaryDatabase()
  const storage = await open(database, { sweepFrom: 1_000 })
  const id = await accept(storage, 'k1')
  expect(indexed(database)).toEqual(new Map())
  await storage.close()
  expect(indexed(database)).toEqual(new Map([['k1', id]]))
})

test('a key goes into the index when nothing else comes in', async () => {
  const database = await temporaryDatabase()
  const storage = await open(database, { sweepFrom: 1_000 })
  const id = await accept(storage, 'k1')
  await expect.poll(() => indexed(database), { timeout: 5_000 }).toEqual(new Map([['k1', id]]))
})

test('texts that the database keeps as one are one key, in the index and before it', async () => {
  const storage = await open(await temporaryDatabase(), { sweepFrom: 1_000 })
  const alike = ['k\0', 'k\ufffd', 'k\ud800']
  const answers = await storage.acceptEvents(alike.map((key) => newEvent(key)))
  expect(answers.map(({ duplicate }) => duplicate)).toEqual([false, true, true])
})

test('the number of an event that was pruned is not given to another', async () => {
  const database = await temporaryDatabase()
  const storage = await open(database)
  const seqs = (): number[] => {
    const db = new DatabaseSync(database)
    const rows = db.prepare('select seq from events order by seq').all()
    db.close()
    return rows.map(({ seq }) => Number(seq))
  }
  await accept(storage, 'k1', { deliveries: [] })
  await accept(storage, 'k2', { deliveries: [] })
  await storage.prune({ ...keepAll, eventsBefore: newClock().now() + 1 })
  expect(seqs()).toEqual([])
  await accept(storage, 'k3', { deliveries: [] })
  expect(seqs()).toEqual([3])
})

test('a slice of keys whose commit failed is put in again', async () => {
  const database = await temporaryDatabase()
  const storage = await open(database)
  const names = Array.from({ length: sweepFrom + 10 }, (_, i) => `k${i}`)
  for (let i = 0; i < sweepFrom; i += 10) await acceptAll(storage, names.slice(i, i + 10))
  expect(indexed(database).size).toBe(64)
  const commits = failingCommits()
  commits.failNext()
  await expect(acceptAll(storage, ['full'])).rejects.toMatchObject({ code: 'storage_full' })
  await acceptAll(storage, names.slice(sweepFrom))
  expect(indexed(database).size).toBe(sweepFrom)
  // As after a kill: nothing is known but what is in the file.
  const answers = await acceptAll(await open(database), names)
  expect(answers.filter(({ duplicate }) => !duplicate)).toEqual([])
})

async function acceptAll(storage: Storage, keys: readonly string[]): Promise<AcceptedEvent[]> {
  return await storage.acceptEvents(keys.map((key) => newEvent(key)))
}
