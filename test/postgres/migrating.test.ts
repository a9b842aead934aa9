/**
 * The schema is made once, whoever starts and whoever dies; the runtime needs no right to make
 * it.
 */
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { between, seed, seededRandom } from '../../src/base/testing/random.ts'
import { accept } from '../../src/storage/conformance/sample.ts'
import { openStorage } from '../../src/storage/open.ts'
import {
  ask,
  type Cluster,
  configure,
  createCluster,
  removeCluster,
  startCluster,
} from './cluster.ts'
import { newDatabase } from './processes.ts'

const isLong = process.env.HOOKLINE_LONG === '1'
const together = 4
const deaths = isLong ? 200 : 4
/** About as long as the slowed down migration takes. */
const diesWithinMs = 700
const limitMs = isLong ? 900_000 : 120_000
const clock = { now: () => Date.now() }
const file = fileURLToPath(new URL('starting.ts', import.meta.url))

let cluster: Cluster

beforeAll(async () => {
  cluster = await createCluster()
  await configure(cluster, ["log_statement = 'ddl'"])
  await startCluster(cluster)
})
afterAll(() => removeCluster(cluster))

interface Start {
  readonly kill: () => void
  readonly ended: Promise<{ code: number | null; said: string }>
}

function start(database: string): Start {
  const words = ['--conditions=hookline-source', file, database]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (text) => {
    said += text
  })
  child.stderr.on('data', (text) => {
    said += text
  })
  const ended = new Promise<{ code: number | null; said: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, said }))
  })
  return { kill: () => void child.kill('SIGKILL'), ended }
}

/** Tables, columns and indexes, as text; empty where there is no schema. */
async function schemaOf(database: string): Promise<string> {
  const { rows } = await ask(
    database,
    `select table_name || '.' || column_name || ' ' || data_type as line
        from information_schema.columns where table_schema = 'hookline'
      union all select indexdef from pg_indexes where schemaname = 'hookline' order by 1`,
  )
  return rows.map(({ line }) => line).join('\n')
}

async function wholeSchema(): Promise<string> {
  const database = await newDatabase(cluster)
  const storage = await openStorage({ database, clock })
  await storage.close()
  return await schemaOf(database)
}

test('processes that start at once on an empty database all start, and one migrates', {
  timeout: limitMs,
}, async () => {
  const database = await newDatabase(cluster)
  const starts = Array.from({ length: together }, () => start(database))
  for (const { ended } of starts) {
    expect(await ended).toEqual({ code: 0, said: expect.stringMatching(/^ready/) })
  }
  const { rows } = await ask(database, 'select version from hookline.migrations order by 1')
  expect(rows.map(({ version }) => version)).toEqual(rows.map((_, i) => i + 1))
  expect(await schemaOf(database)).toBe(await wholeSchema())
})

const dying: readonly [who: string, die: (database: string, begun: Start) => Promise<unknown>][] = [
  ['the process is killed', async (_, { kill }) => kill()],
  [
    'its backend is terminated',
    (database) =>
      ask(
        database,
        `select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'hookline' and datname = current_database()`,
      ),
  ],
]

test.for(dying)(
  `where %s half-way, the schema is there whole or not at all (SEED=${seed})`,
  { timeout: limitMs },
  async ([, die]) => {
    const whole = await wholeSchema()
    const random = seededRandom(seed)
    let halfWay = 0
    for (let i = 0; i < deaths; i++) {
      const database = await newDatabase(cluster)
      const isBegun = await slowDown(database)
      const begun = start(database)
      while (!(await isBegun())) await sleep(2)
      await sleep(between(random, 0, diesWithinMs))
      await die(database, begun)
      await begun.ended
      const left = await schemaOf(database)
      expect(['', whole]).toContain(left)
      if (left === '') halfWay++
      expect(await start(database).ended).toMatchObject({ code: 0 })
      expect(await schemaOf(database)).toBe(whole)
    }
    console.log(`${halfWay} of ${deaths} died before the commit`)
    expect(halfWay).toBeGreaterThan(0)
  },
)

/** Each table takes a moment, so that there is a half-way; says whether the first was begun. */
async function slowDown(database: string): Promise<() => Promise<boolean>> {
  await ask(
    database,
    `create sequence public.begun;
    create function public.take_time() returns event_trigger language plpgsql as $$
      begin perform nextval('public.begun'); perform pg_sleep(0.03); end $$;
    create event trigger take_time on ddl_command_end execute function public.take_time()`,
  )
  return async () => {
    const { rows } = await ask(database, 'select is_called from public.begun')
    return rows[0].is_called
  }
}

test('once the schema is there, a role that may make nothing runs everything', async () => {
  const database = await newDatabase(cluster)
  await (await openStorage({ database, clock })).close()
  await ask(
    database,
    `create role runtime login;
    revoke create on schema public from public;
    grant usage on schema hookline to runtime;
    grant select, insert, update, delete on all tables in schema hookline to runtime`,
  )
  const url = database.replace('postgres@', 'runtime@')
  await expect(ask(url, 'create table hookline.more (id text)')).rejects.toThrow(
    /permission denied/,
  )
  const storage = await openStorage({ database: url, clock })
  await accept(storage, 'k1')
  await storage.writeDocument({ kind: 'set', path: 'users/u_1', data: { paid: true } })
  const targets = ['handler']
  await storage.claimDeliveries({ limit: 1, leaseMs: 1_000, targets, suspects: 1, crashesMax: 3 })
  expect(await storage.check()).toEqual({ replication: 'none' })
  expect((await storage.document('users/u_1'))?.data).toEqual({ paid: true })
  await storage.close()
})
