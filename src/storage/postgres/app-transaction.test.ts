/** Handlers in the app's own database: what they change is committed with the delivery, or not. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../test/postgres-server.ts'
import { silentLog } from '../../base/log.ts'
import {
  accept,
  acceptMany,
  claim,
  claimOne,
  done,
  present,
  stateOf,
} from '../conformance/sample.ts'
import { storageOn } from '../open.ts'
import type { AppTransaction, Effect, Storage } from '../storage.ts'
import { openPostgres } from './engine.ts'

let server: PostgresServer | undefined
let app: pg.Client

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

/** An app whose tables have the names of Hookline's, in the schema where the role looks first. */
async function openBesideApp(): Promise<Storage> {
  const name = randomBytes(6).toString('hex')
  const url = `${server?.url}?options=${encodeURIComponent(`-c search_path=app_${name}`)}`
  app = new pg.Client({ connectionString: server?.url })
  await app.connect()
  await app.query(`create schema app_${name}; set search_path = app_${name}`)
  await app.query(`create table events (id text primary key, amount int check (amount < 1000))`)
  const schema = `test_${name}`
  const engine = await openPostgres({ url, schema, log: silentLog, random: Math.random })
  onTestFinished(async () => {
    await engine.close()
    await app.query(`drop schema app_${name}, ${schema} cascade`)
    await app.end()
  })
  return storageOn(engine)
}

async function appRows(): Promise<string[]> {
  const { rows } = await app.query('select id, amount from events order by id')
  return rows.map(({ id, amount }) => `${id} ${amount}`)
}

function transaction(run: AppTransaction): Effect {
  return { kind: 'transaction', run }
}

const set: Effect = { kind: 'set', path: 'users/u_1', data: { paid: true } }
const insert = 'insert into events (id, amount) values ($1, $2)'

test('the SQL of a handler finds the tables of the app, documents those of ours', async () => {
  const storage = await openBesideApp()
  await accept(storage, 'k1')
  const lease = await claimOne(storage)
  let found: unknown
  const settled = await done(storage, lease, [
    { kind: 'sql', text: insert, values: ['a', 1] },
    set,
    transaction(async (client) => {
      const { rows, rowCount } = await client.query<{ id: string }>('select id from events')
      found = { ids: rows.map(({ id }) => id), rowCount }
      await client.query(insert, ['b', 2])
    }),
    { kind: 'update', path: 'users/u_1', patch: { seen: true } },
  ])
  expect(settled).toEqual({ result: 'settled' })
  expect(found).toEqual({ ids: ['a'], rowCount: 1 })
  expect(await appRows()).toEqual(['a 1', 'b 2'])
  expect((await storage.document('users/u_1'))?.data).toEqual({ paid: true, seen: true })
  expect(await stateOf(storage, lease.id)).toBe('done')
})

const failing: [why: string, run: AppTransaction, says: RegExp][] = [
  ['throws', () => Promise.reject(new Error('no such order')), /no such order/],
  ['breaks a constraint', (client) => client.query(insert, ['b', 5_000]), /check constraint/],
  [
    'hides what the database refused',
    (client) => client.query(insert, ['b', 5_000]).catch(() => {}),
    /check constraint/,
  ],
  [
    'commits',
    async (client) => {
      await client.query(insert, ['b', 2])
      await client.query('-- done\n ;COMMIT')
    },
    /begun and ended by Hookline/,
  ],
  ['rolls back', (client) => client.query('rollback'), /begun and ended by Hookline/],
  ['ends it in a second statement', (client) => client.query('select 1; commit'), /multiple/],
  [
    'throws what looks like a fault of the server',
    () => Promise.reject(Object.assign(new Error('elsewhere'), { code: '40001' })),
    /elsewhere/,
  ],
]

test.each(failing)(
  'a callback that %s leaves nothing, and the lease holds',
  async (_, run, says) => {
    const storage = await openBesideApp()
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    const first: Effect = { kind: 'sql', text: insert, values: ['a', 1] }
    const settled = await done(storage, lease, [first, set, transaction(run)])
    expect(settled).toEqual({ result: 'refused', error: expect.stringMatching(says) })
    expect(await appRows()).toEqual([])
    expect(await storage.document('users/u_1')).toBeUndefined()
    expect(await stateOf(storage, lease.id)).toBe('running')
    expect(await done(storage, lease)).toEqual({ result: 'settled' })
  },
)

test('a constraint that is deferred to the commit refuses that one attempt only', async () => {
  const storage = await openBesideApp()
  await app.query('create table lines (event text references events deferrable initially deferred)')
  await acceptMany(storage, 2)
  const leases = await claim(storage)
  const line = (id: string): Effect => ({
    kind: 'sql',
    text: 'insert into lines values ($1)',
    values: [id],
  })
  const answers = await Promise.all([
    done(storage, present(leases[0]), [line('nowhere')]),
    done(storage, present(leases[1]), [line('a'), { kind: 'sql', text: insert, values: ['a', 1] }]),
  ])
  expect(answers.map(({ result }) => result)).toEqual(['refused', 'settled'])
})

test('a callback of an attempt that lost its lease is not run', async () => {
  const storage = await openBesideApp()
  await accept(storage, 'k1')
  const lease = await claimOne(storage)
  let ran = 0
  const stale = { ...lease, token: lease.token - 1 }
  expect(await done(storage, stale, [transaction(() => ran++)])).toEqual({ result: 'fenced' })
  expect(ran).toBe(0)
})

test('a callback is not run where a document that the handler read has changed', async () => {
  const storage = await openBesideApp()
  await accept(storage, 'k1')
  const lease = await claimOne(storage)
  await storage.writeDocument({ kind: 'set', path: 'users/u_1', data: {} })
  const settle = (version: number) =>
    storage.settleDelivery(lease, {
      outcome: 'done',
      effects: [transaction((client) => client.query(insert, [`v${version}`, version]))],
      reads: [{ path: 'users/u_1', version }],
    })
  expect(await settle(0)).toEqual({ result: 'conflict' })
  expect(await settle(1)).toEqual({ result: 'settled' })
  expect(await settle(1)).toEqual({ result: 'fenced' })
  expect(await appRows()).toEqual(['v1 1'])
})

test('two callbacks that lock in opposite order both get through, each once', async () => {
  const storage = await openBesideApp()
  await app.query("insert into events values ('x', 0), ('y', 0)")
  await acceptMany(storage, 2)
  const [one, two] = await claim(storage)
  let runs = 0
  const addTo = (...ids: string[]) =>
    transaction(async (client) => {
      runs++
      for (const id of ids) {
        await client.query('update events set amount = amount + 1 where id = $1', [id])
        await client.query('select pg_sleep(0.2)')
      }
    })
  const answers = await Promise.all([
    done(storage, present(one), [addTo('x', 'y')]),
    done(storage, present(two), [addTo('y', 'x')]),
  ])
  expect(answers.map(({ result }) => result)).toEqual(['settled', 'settled'])
  expect(await appRows()).toEqual(['x 2', 'y 2'])
  expect(runs).toBeGreaterThan(2)
})

test('a callback that takes too long is refused, and holds up no other delivery', async () => {
  const storage = await openBesideApp()
  await acceptMany(storage, 2)
  const [slow, quick] = await claim(storage)
  let isRunning = (): void => {}
  const running = new Promise<void>((resolve) => {
    isRunning = resolve
  })
  const never = transaction(async (client) => {
    await client.query(insert, ['a', 1])
    isRunning()
    await new Promise(() => {})
  })
  const refused = done(storage, present(slow), [never])
  await running
  expect(await done(storage, present(quick), [set])).toEqual({ result: 'settled' })
  expect(await refused).toMatchObject({
    result: 'refused',
    error: expect.stringMatching(/did not end within 5000 ms/),
  })
  expect(await appRows()).toEqual([])
}, 20_000)

test('a statement over its time limit is refused, and not tried for ever', async () => {
  const storage = await openBesideApp()
  await accept(storage, 'k1')
  const text = 'insert into events select $1, 1 from pg_sleep(10)'
  const effects: Effect[] = [{ kind: 'sql', text, values: ['a'] }]
  expect(await done(storage, await claimOne(storage), effects)).toMatchObject({
    result: 'refused',
    error: expect.stringMatching(/statement timeout/),
  })
}, 20_000)

test('a client is of no use once its callback has ended', async () => {
  const storage = await openBesideApp()
  await accept(storage, 'k1')
  let leak: (() => Promise<unknown>) | undefined
  const effect = transaction((client) => {
    leak = () => client.query(insert, ['late', 1])
  })
  await done(storage, await claimOne(storage), [effect])
  await expect(leak?.()).rejects.toMatchObject({ code: 'transaction_ended' })
  expect(await appRows()).toEqual([])
})
