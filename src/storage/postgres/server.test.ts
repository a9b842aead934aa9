/** On a server of its own, because its settings are changed for all who use it. */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../test/postgres-server.ts'
import { type Log, silentLog } from '../../base/log.ts'
import { accept, newEvent } from '../conformance/sample.ts'
import { storageOn } from '../open.ts'
import { type Engine, firstRow } from '../program.ts'
import { openPostgres } from './engine.ts'
import { replication } from './server.ts'

let server: PostgresServer
let admin: pg.Client

beforeAll(async () => {
  server = await startPostgres('')
  admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
})
afterAll(async () => {
  await admin?.end()
  await server?.stop()
})

async function open(log: Log = silentLog): Promise<Engine> {
  const options = { url: server.url, schema: 'hookline', log, random: Math.random }
  const engine = await openPostgres(options)
  onTestFinished(() => engine.close())
  return engine
}

async function setSystem(name: string, value: string): Promise<void> {
  await admin.query(`alter system set ${name} = '${value}'`)
  await admin.query('select pg_reload_conf()')
  await until(`${name} is ${value}`, async () => (await setting(name)) === value)
}

async function setting(name: string): Promise<unknown> {
  return (await admin.query('select current_setting($1) as value', [name])).rows[0]?.value
}

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + 10_000
  while (!(await isTrue())) {
    if (performance.now() > endsAt) throw new Error(`Waited in vain: ${what}.`)
    await wait(20)
  }
}

test('a role that commits without waiting for the disk is overruled', async () => {
  await admin.query('alter role postgres set synchronous_commit = off')
  onTestFinished(async () => {
    await admin.query('alter role postgres reset synchronous_commit')
  })
  const engine = await open()
  const row = await engine.read(() => firstRow('show synchronous_commit'))
  expect(row).toEqual({ synchronous_commit: 'on' })
})

test('a connection that would not wait for the disk is not used', async () => {
  const engine = await open()
  await engine.read(() => firstRow("select set_config('synchronous_commit', 'off', false)"))
  const storage = storageOn(engine)
  const answers = await Promise.allSettled([storage.check(), storage.countEvents({})])
  const refused = answers.filter(({ status }) => status === 'rejected')
  expect(refused).toMatchObject([{ reason: { code: 'storage_failed', status: 503 } }])
  expect(String((refused[0] as PromiseRejectedResult).reason)).toMatch(/before they are on disk/)
  expect(await storage.countEvents({})).toBe(0)
})

test('a server that takes no writes is refused, and found again once it does', async () => {
  const storage = storageOn(await open())
  await setSystem('default_transaction_read_only', 'on')
  onTestFinished(() => setSystem('default_transaction_read_only', 'off'))
  const refusal = {
    code: 'storage_failed',
    status: 503,
    message: expect.stringMatching(/refuses writes/),
  }
  await expect(storage.acceptEvents([newEvent('k1')])).rejects.toMatchObject(refusal)
  await expect(storage.check()).rejects.toMatchObject(refusal)
  await expect(storage.countEvents({})).rejects.toMatchObject(refusal)
  await expect(open()).rejects.toMatchObject(refusal)
  const before = (await admin.query('select clock_timestamp() as at')).rows[0]?.at
  await setSystem('default_transaction_read_only', 'off')
  await accept(storage, 'k2')
  const { rows } = await admin.query(
    `select count(*)::int as old from pg_stat_activity
      where application_name = 'hookline' and backend_start < $1 and query not like 'listen%'
        and query not like 'notify%'`,
    [before],
  )
  expect(rows).toEqual([{ old: 0 }])
})

test('at start it is said what can be lost, unless a standby has it too', async () => {
  const warned: unknown[] = []
  const log: Log = { ...silentLog, warn: (message, fields) => warned.push([message, fields]) }
  const engine = await open(log)
  expect(await storageOn(engine).check()).toEqual({ replication: 'none' })
  expect(warned).toEqual([
    [
      'no synchronous standby protects the events that were answered 2xx',
      {
        replication: 'none',
        lost: expect.stringContaining('disk'),
        do: expect.stringContaining('synchronous_standby_names'),
      },
    ],
  ])
  await setSystem('synchronous_standby_names', 'standby')
  onTestFinished(() => setSystem('synchronous_standby_names', ''))
  expect(await engine.read(replication)).toBe('synchronous')
  warned.length = 0
  await open(log)
  expect(warned).toEqual([])
})

test.each([
  ['standby', 'remote_apply', '0', 'synchronous'],
  ['standby', 'local', '1', 'asynchronous'],
  ['', 'on', '2', 'asynchronous'],
  [' ', 'on', '0', 'none'],
])('names %j, level %s and %s standbys are %s', (names, level, standbys, expected) => {
  const program = replication()
  program.next([])
  expect(program.next([{ names, level, standbys }])).toEqual({ done: true, value: expected })
})

test('a commit whose wait for the standby was cancelled is not answered as done', async () => {
  const storage = storageOn(await open())
  await setSystem('synchronous_standby_names', 'nobody')
  onTestFinished(() => setSystem('synchronous_standby_names', ''))
  const accepting = storage.acceptEvents([newEvent('unconfirmed')])
  accepting.catch(() => {})
  await until('the commit waits and was cancelled', async () => {
    const { rows } = await admin.query(
      `select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'`,
    )
    return rows.length > 0
  })
  await expect(accepting).rejects.toMatchObject({
    code: 'storage_failed',
    message: expect.stringMatching(/did not confirm a commit/),
  })
})
