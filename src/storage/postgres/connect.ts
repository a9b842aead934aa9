/**
 * Connections to PostgreSQL: two pools with limits on every wait, so that busy handlers can not
 * starve ingest.
 */
import { createHash } from 'node:crypto'
import type { Client, Pool, PoolClient, PoolConfig } from 'pg'
import { errorText, HooklineError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Row, Statement } from '../program.ts'
import { withoutNul } from '../program.ts'
import type { SqlValue } from '../storage.ts'
import { toStorageError } from './fault.ts'
import { executeAll, type Fields } from './pipeline.ts'

/** Reserved for accepting events. */
const ingestConnectionsMax = 3
const workConnectionsMax = 6
/** Opened by the first `tx.transaction` only. The app's code may hold these, and no others. */
const appConnectionsMax = 2
/** A provider waits about ten seconds for its answer; all of these end before that. */
const connectTimeoutMs = 3_000
const statementTimeoutMs = 4_000
const lockTimeoutMs = 3_000
/** The answer may be lost on the way; the driver gives up a little after the server. */
const queryTimeoutMs = statementTimeoutMs + 500
const idleInTransactionTimeoutMs = 10_000

export interface PostgresOptions {
  /** `postgres://user:password@host/database` */
  readonly url: string
  /** Hookline's own schema in the app's database. */
  readonly schema: string
  readonly log: Log
}

export interface Pools {
  readonly ingest: Pool
  readonly work: Pool
  readonly app: Pool
  /** Where the app's names without a schema are looked for, as the role and the address say. */
  readonly appSearchPath: string
  /** Options for one more connection of its own, to listen on. */
  readonly config: PoolConfig
  end(): Promise<void>
}

/** @throws HooklineError `config_invalid` where the optional package `pg` is not installed. */
export async function openPools(options: PostgresOptions): Promise<Pools> {
  const { default: pg } = await importPg()
  const { url, startOptions } = withoutOptions(options.url)
  const config: PoolConfig = {
    connectionString: url,
    application_name: 'hookline',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    query_timeout: queryTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    options: startOptions,
  }
  const appSearchPath = await askSearchPath(new pg.Client(config))
  // Of two settings with one name the later is taken. `on` is the least that survives power loss.
  const ours = `-c search_path=${quoteName(options.schema)} -c synchronous_commit=on`
  config.options = `${startOptions} ${ours}`
  const ingest = new pg.Pool({ ...config, max: ingestConnectionsMax })
  const work = new pg.Pool({ ...config, max: workConnectionsMax })
  const app = new pg.Pool({ ...config, max: appConnectionsMax })
  for (const pool of [ingest, work, app]) {
    // An idle connection that breaks is replaced by the pool; unheard, its error would end the
    // process.
    pool.on('error', (error) => {
      options.log.warn('lost an idle database connection', { error: errorText(error, 200) })
    })
    // One in use says so to its statement, and by itself too, which nobody else hears.
    pool.on('connect', (client) => client.on('error', () => {}))
  }
  return {
    ingest,
    work,
    app,
    appSearchPath,
    config,
    end: async () => {
      await Promise.all([ingest.end(), work.end(), app.end()])
    },
  }
}

/** The driver would take the `options` of an address in the place of ours. */
function withoutOptions(address: string): { url: string; startOptions: string } {
  const [base = '', query = ''] = address.split('?', 2)
  const parameters = new URLSearchParams(query)
  const startOptions = parameters.getAll('options').join(' ')
  parameters.delete('options')
  return { url: parameters.size > 0 ? `${base}?${parameters}` : base, startOptions }
}

async function askSearchPath(client: Client): Promise<string> {
  client.on('error', () => {}) // the statement fails, which is heard
  try {
    await client.connect()
    const { rows } = await client.query("select current_setting('search_path') as path")
    return String(rows[0]?.path)
  } catch (error) {
    throw toStorageError(error)
  } finally {
    await client.end().catch(() => {})
  }
}

export async function importPg() {
  try {
    return await import('pg')
  } catch (error) {
    throw new HooklineError(
      'config_invalid',
      'HOOKLINE_DATABASE names a PostgreSQL server, and the package that speaks to it is not ' +
        'installed. Install it beside hookline: npm install pg',
      { cause: error },
    )
  }
}

/** A name as it stands in SQL. Schema names come from the configuration and may hold anything. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Statements are prepared once per connection, under the hash of their text. */
export async function execute(client: PoolClient, { text, values }: Statement): Promise<Row[]> {
  // The server answers an empty statement as if it had done something.
  if (text.trim() === '')
    throw Object.assign(new Error('the statement is empty'), { code: '42601' })
  const name = nameOf(text)
  const result = await client.query({ name, text, values: values.map(toParameter) })
  return result.rows as Row[] // columns are null, numbers, text or bytes: the types of this schema
}

/** Statements in one message; see pipeline.ts. */
export async function executePipeline(
  client: PoolClient,
  statements: readonly Statement[],
): Promise<Fields[]> {
  return await executeAll(client, statements, { nameOf, progressMsMax: queryTimeoutMs })
}

const names = new Map<string, string>()
const namesMax = 1_000

function nameOf(text: string): string {
  const known = names.get(text)
  if (known) return known
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 20)
  if (names.size >= namesMax) names.clear()
  names.set(text, name)
  return name
}

function toParameter(value: SqlValue | readonly SqlValue[]): unknown {
  if (typeof value === 'string') return withoutNul(value)
  if (Array.isArray(value)) return value.map(toParameter)
  if (value instanceof Uint8Array && !Buffer.isBuffer(value)) return Buffer.from(value)
  return value
}
