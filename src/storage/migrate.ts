/** The migrations by themselves: what would run, as SQL, and to run it. Opens no storage. */
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { silentLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { hasMigrations, type MigrationStep, planFrom, schemaVersion, toSql } from './migrations.ts'
import { isPostgres, type OpenOptions, openStorage } from './open.ts'
import { openPools, quoteName } from './postgres/connect.ts'
import { type Connections, transaction } from './postgres/lanes.ts'
import { bringUpToDate } from './postgres/schema.ts'
import type { Dialect, Program } from './program.ts'
import { openError } from './sqlite-errors.ts'
import type { EngineName } from './storage.ts'
import { runInThread } from './thread.ts'

interface MigrateOptions extends OpenOptions, MigrationChoices {}

export interface MigrationChoices {
  /** Nothing is changed. */
  readonly isPlan: boolean
  /** Told of each migration as it begins. */
  readonly onStep?: ((step: MigrationStep) => void) | undefined
}

export interface Migrated {
  readonly engine: EngineName
  /** Versions of the schema; equal where nothing was to do. */
  readonly from: number
  readonly to: number
  /** What was run, or would be. */
  readonly sql: string
}

/** @throws HooklineError `storage_incompatible`, `storage_failed`. */
export function migrateDatabase(options: MigrateOptions): Promise<Migrated> {
  return isPostgres(options.database) ? migratePostgres(options) : migrateSqlite(options)
}

async function migratePostgres(options: MigrateOptions): Promise<Migrated> {
  const { database, clock, schema = 'hookline', random = systemRandom } = options
  const pools = await openPools({ url: database, schema, log: silentLog })
  try {
    const dialect: Dialect = { name: 'postgres', forUpdate: '', skipLocked: '' }
    const lanes: Connections = { pool: pools.work, dialect, random }
    const from = await transaction(lanes, storedVersion, { begin: 'begin read only' })
    const plan = planFrom(from, 'postgres')
    if (!options.isPlan) await bringUpToDate(lanes, schema, options.onStep)
    const name = quoteName(schema)
    const before = [`create schema if not exists ${name}`, `set local search_path = ${name}`]
    return { engine: 'postgres', ...versions(from, plan), sql: toSql(plan, before, clock.now()) }
  } finally {
    await pools.end()
  }
}

async function migrateSqlite(options: MigrateOptions): Promise<Migrated> {
  const from = storedInFile(options.database)
  const plan = planFrom(from, 'sqlite')
  if (!options.isPlan) await runSqlite(options)
  return { engine: 'sqlite', ...versions(from, plan), sql: toSql(plan, [], options.clock.now()) }
}

/** SQLite blocks its thread. Who wants to know of the steps wants to do something meanwhile. */
async function runSqlite({ onStep, ...options }: MigrateOptions): Promise<void> {
  if (onStep === undefined) return await (await openStorage(options)).close()
  const input = { database: options.database, nowMs: options.clock.now() }
  await runInThread<typeof input, MigrationStep>('migrate-thread', { input, onTold: onStep })
}

function versions(from: number, plan: readonly { readonly version: number }[]) {
  return { from, to: plan.at(-1)?.version ?? from }
}

function* storedVersion({ dialect }: { dialect: Dialect }): Program<number> {
  return (yield* hasMigrations(dialect)) ? yield* schemaVersion() : 0
}

/** Opened to read only: a file that is not there is not made, and one that is stays as it is. */
function storedInFile(path: string): number {
  if (!existsSync(path)) return 0
  try {
    const db = new DatabaseSync(path, { readOnly: true })
    try {
      const table = "select 1 from sqlite_schema where type = 'table' and name = 'migrations'"
      if (!db.prepare(table).get()) return 0
      const row = db.prepare('select coalesce(max(version), 0) as version from migrations').get()
      return Number(row?.version)
    } finally {
      db.close()
    }
  } catch (error) {
    throw openError(path, error)
  }
}
