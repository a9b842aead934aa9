import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../test/postgres-server.ts'
import { appFolder, appText } from '../testing/app-folder.ts'
import { type CliProcess, runCli, startCli } from '../testing/cli-process.ts'
import { until } from '../testing/until.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

const keys = {
  HOOKLINE_ADMIN_KEY: 'an-admin-key-of-32-characters-000',
  HOOKLINE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
}

function folderWithApp(): string {
  const directory = appFolder()
  writeFileSync(join(directory, 'hookline.ts'), appText('1'))
  return directory
}

async function startTwo(): Promise<{ process: CliProcess; url: string; schema: string }> {
  const schema = `served_${randomBytes(6).toString('hex')}`
  onTestFinished(async () => {
    const admin = new pg.Client({ connectionString: server.url })
    await admin.connect()
    await admin.query(`drop schema ${schema} cascade`)
    await admin.end()
  })
  const environment = { ...keys, HOOKLINE_DATABASE: server.url, HOOKLINE_SCHEMA: schema }
  const args = ['serve', '--port', '0', '--workers', '2']
  const started = startCli(args, { directory: folderWithApp(), environment })
  const { url } = JSON.parse((await started.printed(/^\{.*"msg":"ready".*\}$/m))[0])
  return { process: started, url, schema }
}

/** The workers that answer, each on a connection of its own. */
async function workersAt(url: string): Promise<number[]> {
  const pids = new Set<number>()
  for (let i = 0; i < 8; i++) {
    // One that was handed to the worker just as it was killed is never answered.
    const signal = AbortSignal.timeout(2_000)
    const request = get(`${url}/pid`, { agent: false, signal })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const answer = (await json(response)) as { pid: number }
    pids.add(answer.pid)
  }
  return [...pids]
}

test('two workers share a port; one that is killed is started anew; SIGTERM ends all', async () => {
  const { process: serve, url } = await startTwo()
  const two = (pids: number[]) => (pids.length === 2 ? pids : undefined)
  const [killed = 0, other] = await until('two answer', async () => two(await workersAt(url)))
  expect([killed, other]).not.toContain(serve.pid)
  const ready: unknown = await (await fetch(`${url}/readyz`)).json()
  expect(ready).toEqual({ status: 'ok', reasons: [], replication: 'none' })

  process.kill(killed, 'SIGKILL')
  const after = await until('two answer again', async () => {
    const pids = await workersAt(url)
    return pids.includes(killed) ? undefined : two(pids)
  })
  expect(after).toContain(other)
  expect(serve.stdout()).toMatch(/"msg":"a worker ended"/)

  const slow = fetch(`${url}/slow`)
  await serve.printed(/begun \/slow/)
  process.kill(serve.pid, 'SIGTERM')
  expect((await slow).status).toBe(200)
  expect((await serve.ended).code).toBe(0)
  for (const pid of after) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/)
}, 60_000)

test('a worker that can not start says why once, and the program ends', async () => {
  const directory = folderWithApp()
  const environment = { ...keys, HOOKLINE_DATABASE: 'postgres://nobody@127.0.0.1:1/nothing' }
  const { code, stderr } = await runCli(['serve', '--workers', '3'], { directory, environment })
  expect(stderr).toMatch(/^hookline: PostgreSQL says: .*ECONNREFUSED.*\n$/)
  expect(code).toBe(1)
})

test('with SQLite more than one process is refused, and it is said why', async () => {
  const options = { directory: folderWithApp(), environment: keys }
  const { code, stdout, stderr } = await runCli(['serve', '--workers', '2'], options)
  expect(stderr).toMatch(
    /^hookline: --workers needs PostgreSQL.*one writer.*HOOKLINE_DATABASE.*\n$/,
  )
  expect([code, stdout]).toEqual([1, ''])
})
