import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../test/postgres-server.ts'
import { systemClock } from '../base/clock.ts'
import { accept, claimOne, done, stateOf } from './conformance/sample.ts'
import { temporaryDatabase } from './conformance/temporary-database.ts'
import { migrateDatabase } from './migrate.ts'
import type { MigrationStep } from './migrations.ts'
import { openStorage } from './open.ts'

const clock = systemClock

describe('on SQLite', () => {
  test('a plan makes no file, and its SQL makes a database that opens as current', async () => {
    const database = await temporaryDatabase()
    const { engine, from, to, sql } = await migrateDatabase({ database, clock, isPlan: true })
    expect([engine, from, existsSync(database)]).toEqual(['sqlite', 0, false])
    expect(to).toBeGreaterThan(0)
    const db = new DatabaseSync(database)
    db.exec(sql)
    db.close()
    const again = { database, clock, isPlan: true }
    expect(await migrateDatabase(again)).toEqual({ engine: 'sqlite', from: to, to, sql: '' })
    const storage = await openStorage({ database, clock })
    expect(await storage.countEvents({})).toBe(0)
    await storage.close()
  })

  test('a plan leaves the file of another program as it is', async () => {
    const database = await temporaryDatabase()
    const db = new DatabaseSync(database)
    db.exec('create table notes (text text)')
    db.close()
    const before = readFileSync(database)
    expect(await migrateDatabase({ database, clock, isPlan: true })).toMatchObject({ from: 0 })
    expect(readFileSync(database).equals(before)).toBe(true)
  })

  test('a run brings it up to date, once', async () => {
    const database = await temporaryDatabase()
    const options = { database, clock, isPlan: false }
    const { from, to } = await migrateDatabase(options)
    expect(to).toBeGreaterThan(from)
    expect(await migrateDatabase(options)).toMatchObject({ from: to, to })
  })

  test('each migration is told as it begins, and none a second time', async () => {
    const options = { database: await temporaryDatabase(), clock, isPlan: false }
    const told: MigrationStep[] = []
    const onStep = (step: MigrationStep) => void told.push(step)
    const { to, sql } = await migrateDatabase({ ...options, onStep })
    expect(sql).toContain('create table events')
    expect(told.map(({ number, count }) => [number, count])).toEqual(
      told.map((_, i) => [i + 1, told.length]),
    )
    expect(told.length).toBeGreaterThan(1)
    expect(told[0]?.name).toBe('events, deliveries, documents and the change log')
    const { length } = told
    expect(await migrateDatabase({ ...options, onStep })).toMatchObject({ from: to, sql: '' })
    expect(told).toHaveLength(length)
    const storage = await openStorage(options)
    expect(await storage.countEvents({})).toBe(0)
    await storage.close()
  })

  test('what keeps a run from its steps is the same error as without them', async () => {
    const database = await temporaryDatabase()
    const db = new DatabaseSync(database)
    db.exec('create table events (of_another_program text)')
    db.close()
    const run = { database, clock, isPlan: false }
    const refusal = await migrateDatabase(run).catch((error) => error)
    const onStep = () => {}
    const same = { name: 'HooklineError', code: refusal.code, message: refusal.message }
    expect(same).toMatchObject({
      code: 'storage_failed',
      message: expect.stringContaining('already exists'),
    })
    await expect(migrateDatabase({ ...run, onStep })).rejects.toMatchObject(same)
  })

  test('a database that a newer Hookline wrote has no plan', async () => {
    const database = await temporaryDatabase()
    const options = { database, clock, isPlan: false }
    await migrateDatabase(options)
    const db = new DatabaseSync(database)
    db.exec("insert into migrations values (9999, 'later', 0)")
    db.close()
    const refusal = { code: 'storage_incompatible' }
    await expect(migrateDatabase({ ...options, isPlan: true })).rejects.toMatchObject(refusal)
  })
})

describe('on PostgreSQL', () => {
  let server: PostgresServer
  let admin: pg.Client

  beforeAll(async () => {
    server = await startPostgres()
    admin = new pg.Client({ connectionString: server.url })
    await admin.connect()
  })
  afterAll(async () => {
    await admin?.end()
    await server?.stop()
  })

  function newSchema(): string {
    const schema = `migrated_${randomBytes(6).toString('hex')}`
    onTestFinished(async () => {
      await admin.query(`drop schema if exists ${schema} cascade`)
    })
    return schema
  }

  /** The server's address, for a role that may do nothing yet. */
  async function newRole(): Promise<{ role: string; database: string }> {
    const role = `runtime_${randomBytes(6).toString('hex')}`
    await admin.query(`create role ${role} login password 'secret'`)
    onTestFinished(async () => {
      await admin.query(`drop owned by ${role}; drop role ${role}`)
    })
    const url = new URL(server.url)
    url.username = role
    url.password = 'secret'
    return { role, database: url.href }
  }

  async function schemaIsThere(schema: string): Promise<boolean> {
    const { rowCount } = await admin.query('select from pg_namespace where nspname = $1', [schema])
    return rowCount === 1
  }

  test('a plan changes nothing, and its SQL makes a schema that opens as current', async () => {
    const options = { database: server.url, clock, schema: newSchema(), isPlan: true }
    const { from, to, sql } = await migrateDatabase(options)
    expect(from).toBe(0)
    expect(await schemaIsThere(options.schema)).toBe(false)
    await admin.query(sql)
    expect(await migrateDatabase(options)).toEqual({ engine: 'postgres', from: to, to, sql: '' })
    const storage = await openStorage(options)
    expect(await storage.countEvents({})).toBe(0)
    await storage.close()
  })

  test('processes that start at once on an empty database all open it', async () => {
    const options = { database: server.url, clock, schema: newSchema() }
    const opened = await Promise.all([1, 2, 3].map(() => openStorage(options)))
    for (const storage of opened) await storage.close()
    expect(await migrateDatabase({ ...options, isPlan: true })).toMatchObject({ sql: '' })
  })

  test('a role that may not create tables runs on a current schema', async () => {
    const { role, database } = await newRole()
    const schema = newSchema()
    const missing = openStorage({ database, clock, schema })
    await expect(missing).rejects.toMatchObject({
      code: 'storage_incompatible',
      message: expect.stringMatching(/Run `hookline migrate`/),
    })
    expect(await schemaIsThere(schema)).toBe(false)
    const told: MigrationStep[] = []
    const onStep = (step: MigrationStep) => void told.push(step)
    await migrateDatabase({ database: server.url, clock, schema, isPlan: false, onStep })
    expect(told.map(({ number }) => number)).toEqual(told.map((_, i) => i + 1))
    expect(told.at(-1)).toMatchObject({ count: told.length })
    await expect(openStorage({ database, clock, schema })).rejects.toMatchObject({
      code: 'storage_incompatible',
    })
    await admin.query(`grant usage on schema ${schema} to ${role};
      grant select, insert, update, delete on all tables in schema ${schema} to ${role}`)
    const storage = await openStorage({ database, clock, schema })
    onTestFinished(() => storage.close())
    expect(await storage.check()).toBeDefined()
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    await done(storage, lease, [{ kind: 'set', path: 'users/u_1', data: {} }])
    expect(await stateOf(storage, lease.id)).toBe('done')
    const options = { eventsBefore: 1, dedupeKeysBefore: 1, changesBefore: 1, limit: 1 }
    expect(await storage.prune(options)).toMatchObject({ events: 0 })
  })
})
