/** Cursors are given in one order and committed in another: no reader may miss one for that. */
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openStorage } from '../../src/storage/open.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { until } from '../crash/until.ts'
import { type Cluster, createCluster, removeCluster, startCluster } from './cluster.ts'
import { newDatabase } from './processes.ts'

const clock = { now: () => Date.now() }
let cluster: Cluster
let database: string
let sessions: pg.Client[] = []

beforeAll(async () => {
  cluster = await createCluster()
  await startCluster(cluster)
})
afterEach(async () => {
  for (const session of sessions) await session.end()
  sessions = []
})
afterAll(() => removeCluster(cluster))

async function open(): Promise<Storage> {
  const storage = await openStorage({ database, clock })
  onTestFinished(() => storage.close())
  return storage
}

async function openOnNew(): Promise<Storage> {
  database = await newDatabase(cluster)
  return await open()
}

/** A transaction by hand that has taken the next cursor and goes on. */
async function takeCursor(path: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  sessions.push(client)
  await client.query('begin')
  await client.query(
    `insert into hookline.changes (path, type, data, version, changed_at)
      values ($1, 'set', '{}', 1, 0)`,
    [path],
  )
  return client
}

async function write(storage: Storage, path: string): Promise<void> {
  await storage.writeDocument({ kind: 'set', path, data: {} })
}

async function pathsAfter(storage: Storage, cursor: number): Promise<string[]> {
  return (await storage.changesAfter(cursor, 5_000)).changes.map(({ path }) => path)
}

test('a change that commits late is read before those of later cursors', async () => {
  const storage = await openOnNew()
  await write(storage, 'd/1')
  const late = await takeCursor('d/2')
  await write(storage, 'd/3')
  expect(await pathsAfter(storage, 0)).toEqual(['d/1'])
  await late.query('commit')
  expect(await pathsAfter(storage, 0)).toEqual(['d/1', 'd/2', 'd/3'])
})

test('the very first change may be the late one, for a process that starts meanwhile', async () => {
  const storage = await openOnNew()
  const late = await takeCursor('d/1')
  await write(storage, 'd/2')
  const other = await open()
  expect(await pathsAfter(other, 0)).toEqual([])
  await late.query('commit')
  expect(await pathsAfter(other, 0)).toEqual(['d/1', 'd/2'])
})

test('a gap that a rolled back transaction leaves holds nobody up', async () => {
  const storage = await openOnNew()
  await write(storage, 'd/1')
  const never = await takeCursor('d/2')
  await write(storage, 'd/3')
  expect(await pathsAfter(storage, 0)).toEqual(['d/1'])
  await never.query('rollback')
  expect(await pathsAfter(storage, 0)).toEqual(['d/1', 'd/3'])
})

test('commits in the opposite order of their cursors are read by cursor', async () => {
  const storage = await openOnNew()
  const taken: pg.Client[] = []
  for (let i = 1; i <= 6; i++) taken.push(await takeCursor(`d/${i}`))
  const read: string[] = []
  let cursor = 0
  for (const client of taken.reverse()) {
    await client.query('commit')
    const found = await storage.changesAfter(cursor, 100)
    read.push(...found.changes.map(({ path }) => path))
    cursor = found.cursor
  }
  expect(read).toEqual(['d/1', 'd/2', 'd/3', 'd/4', 'd/5', 'd/6'])
})

test('a process that starts on a long log stands at its end, not in the past', async () => {
  const storage = await openOnNew()
  const writing = Array.from({ length: 2_500 }, () => write(storage, 'd/1'))
  await Promise.all(writing)
  const other = await open()
  const { cursor, documents } = await other.snapshot('d/1', 1)
  expect({ cursor, version: documents[0]?.version }).toEqual({ cursor: 2_500, version: 2_500 })
})

test('a process that starts while another transaction stays open catches up after it', async () => {
  const storage = await openOnNew()
  await write(storage, 'd/1')
  const late = await takeCursor('d/2')
  for (let i = 0; i < 1_200; i++) void write(storage, 'd/3')
  await write(storage, 'd/3')
  const other = await open()
  const before = await other.changesAfter(0, 5_000)
  expect(before.changes.map(({ path }) => path)).not.toContain('d/3')
  await late.query('commit')
  await until('the end is reached', async () => (await other.newestCursor()) === 1_203)
  expect((await pathsAfter(other, 0)).slice(0, 3)).toEqual(['d/1', 'd/2', 'd/3'])
})
