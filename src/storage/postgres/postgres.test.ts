import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../test/postgres-server.ts'
import type { Clock } from '../../base/clock.ts'
import { silentLog } from '../../base/log.ts'
import { conformance } from '../conformance/conformance.ts'
import type { OpenedForTest } from '../conformance/under-test.ts'
import { storageOn } from '../open.ts'
import type { Storage } from '../storage.ts'
import { openPostgres } from './engine.ts'

let server: PostgresServer | undefined

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

async function openPostgresForTest({ clock }: { clock: Clock }): Promise<OpenedForTest> {
  const schema = `test_${randomBytes(6).toString('hex')}`
  // The app's own tables are in a schema of their own, as an app has them.
  const appSchema = `app_${schema}`
  const url = `${server?.url}?options=${encodeURIComponent(`-c search_path=${appSchema}`)}`
  const opened: Storage[] = []
  const openAnother = async () => {
    const engine = await openPostgres({ url, schema, log: silentLog, random: Math.random, clock })
    const storage = storageOn(engine)
    opened.push(storage)
    return storage
  }
  const sql = async (text: string) => {
    const client = new pg.Client({ connectionString: server?.url })
    await client.connect()
    try {
      await client.query(`set search_path = ${appSchema}, ${schema}`)
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }
  await sql(`create schema ${appSchema}`)
  const storage = await openAnother()
  return {
    storage,
    openAnother,
    reopen: async () => {
      await storage.close()
      return openAnother()
    },
    sql,
    closeAll: async () => {
      for (const each of opened) await each.close()
      await sql(`drop schema ${schema}, ${appSchema} cascade`)
    },
  }
}

conformance('PostgreSQL', openPostgresForTest)
