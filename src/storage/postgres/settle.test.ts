/** Settling in sets against settling one by one: random groups must leave the same rows. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../test/postgres-server.ts'
import type { JsonObject } from '../../base/json.ts'
import { silentLog } from '../../base/log.ts'
import { type Random, seed, seededRandom } from '../../base/testing/random.ts'
import { accept, claim, newEvent, present } from '../conformance/sample.ts'
import { startMs } from '../conformance/under-test.ts'
import { storageOn } from '../open.ts'
import type { Context, Engine } from '../program.ts'
import { settleDelivery } from '../settle.ts'
import type { Effect, Lease, Settled, Settlement, Storage } from '../storage.ts'
import { openPostgres } from './engine.ts'
import { settleDeliveriesAtOnce } from './settle.ts'
import type { SettleRequest } from './settling.ts'

const rounds = 12
const groupMax = 14
const paths = ['users/a', 'users/b', 'orders/é\u0000', 'orders/z']

let server: PostgresServer | undefined
let client: pg.Client

beforeAll(async () => {
  server = await startPostgres()
  client = new pg.Client({ connectionString: server.url })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await server?.stop()
})

interface Opened {
  readonly engine: Engine
  readonly storage: Storage
  readonly schema: string
  readonly app: string
}

async function open(): Promise<Opened> {
  const name = randomBytes(6).toString('hex')
  const [schema, app] = [`test_${name}`, `app_${name}`]
  await client.query(`create schema ${app}; set search_path = ${app};
    create table paid (id text primary key);
    create table seen (who text, data text);
    create table parents (id text primary key);
    create table children (id text references parents deferrable initially deferred)`)
  const engine = await openPostgres({
    url: `${server?.url}?options=${encodeURIComponent(`-c search_path=${app}`)}`,
    schema,
    log: silentLog,
    random: Math.random,
    clock: { now: () => startMs },
  })
  onTestFinished(async () => {
    await engine.close()
    await client.query(`drop schema ${schema}, ${app} cascade`)
  })
  return { engine, storage: storageOn(engine), schema, app }
}

function oneOf<T>(chance: Random, list: readonly T[]): T {
  return present(list[Math.floor(chance() * list.length)])
}

/** What the `n`-th member of a group asks for; SQL looks at nothing that another member writes. */
function anyEffects(chance: Random, n: string, hasSql: boolean): (schema: string) => Effect[] {
  const path = oneOf(chance, paths)
  const data: JsonObject = { [oneOf(chance, ['x', 'y', '__proto__'])]: Math.floor(chance() * 9) }
  const sql = (text: string, ...values: string[]): Effect => ({ kind: 'sql', text, values })
  const kinds: ((schema: string) => Effect[])[] = [
    () => [{ kind: 'set', path, data }],
    () => [{ kind: 'update', path, patch: data }],
    () => [{ kind: 'update', path, patch: { text: '\ud800 \u0000 "\\' } }],
    () => [{ kind: 'delete', path }],
    () => [sql('insert into paid (id) values ($1)', oneOf(chance, ['1', '2', '3', '4', '5', '6']))],
    () => [sql('insert into children values ($1)', n), sql('insert into parents values ($1)', n)],
    () => [sql('insert into children values ($1)', `nobody-${n}`)],
    () => [sql('insert into nowhere values (1)')],
    () => [sql("with path as (select set_config('search_path', 'x', true)) select * from path")],
    (schema) => [
      { kind: 'set', path: `own/${n}`, data },
      sql(`insert into seen select $1, data from ${schema}.documents where path = $1`, `own/${n}`),
      { kind: 'delete', path: `own/${n}` },
    ],
  ]
  const usual = kinds.slice(0, hasSql ? 6 : 4)
  const weighted = hasSql ? [...usual, ...usual, ...kinds] : usual
  const chosen = Array.from({ length: Math.floor(chance() * 3) }, () => oneOf(chance, weighted))
  return (schema) => chosen.flatMap((make) => make(schema))
}

function anySettlement(chance: Random, n: string, hasSql: boolean): (schema: string) => Settlement {
  const kind = chance()
  const path = oneOf(chance, paths)
  if (kind < 0.08) return () => ({ outcome: 'parked', on: path })
  if (kind < 0.12) return () => ({ outcome: 'released' })
  const retryAt = chance() < 0.5 ? null : startMs + 500
  const error = 'it failed \ud800\u0000\nat line 1'
  if (kind < 0.2) return () => ({ outcome: 'failed', error, retryAt })
  if (kind < 0.25) return () => ({ outcome: 'timed_out', error, retryAt })
  const effects = anyEffects(chance, n, hasSql)
  const reads = chance() < 0.3 ? [{ path, version: Math.floor(chance() * 4) }] : []
  return (schema) => ({ outcome: 'done', effects: effects(schema), reads })
}

type Settle = (engine: Engine, requests: readonly SettleRequest[]) => Promise<Settled[]>

const oneByOne: Settle = async (engine, requests) => {
  const settled: Settled[] = []
  for (const { lease, settlement } of requests) {
    settled.push(await engine.transact((c) => settleDelivery(c, lease, settlement)))
  }
  return settled
}

const inSets: Settle = (engine, requests) =>
  engine.transact((c: Context) => settleDeliveriesAtOnce(c, requests))

/** All that happened, with ids as the targets of their deliveries. */
async function history(
  opened: Opened,
  settle: Settle,
  { seed, hasSql }: { seed: number; hasSql: boolean },
): Promise<string[]> {
  const { engine, storage, schema } = opened
  const chance = seededRandom(seed)
  const lines: string[] = []
  for (let round = 0; round < rounds; round++) {
    const size = 1 + Math.floor(chance() * groupMax)
    const targets = Array.from({ length: size }, (_, i) => `r${round}-${i}`)
    const deliveries = targets.map((target) => ({ target, orderKey: null }))
    await accept(storage, `round-${round}`, { deliveries })
    const claimed = await claim(storage, { targets, limit: 100 })
    const leases = targets.map((target) => present(claimed.find((one) => one.target === target)))
    const requests = leases.map((lease, i) => ({
      lease: anyLease(chance, lease, leases),
      settlement: anySettlement(chance, `${round}-${i}`, hasSql)(schema),
    }))
    const settled = await settle(engine, requests)
    lines.push(...settled.map((one, i) => `${round}-${i} ${JSON.stringify(one)}`))
  }
  lines.push(...(await rowsOf(opened)))
  return await withNames(opened, lines)
}

/** Now and then a stale one, and now and then that of another, which then is settled twice. */
function anyLease(chance: Random, own: Lease, all: readonly Lease[]): Lease {
  const kind = chance()
  if (kind < 0.05) return { id: own.id, token: own.token + 1 }
  return kind < 0.1 ? oneOf(chance, all) : own
}

async function rowsOf({ schema, app }: Opened): Promise<string[]> {
  const selects = [
    `select * from ${schema}.documents order by path`,
    `select path, type, data, version, changed_at, event_id from ${schema}.changes order by cursor`,
    `select event_id, target, state, attempts, retried_from, crashes, token, due_at, lease_until,
      started_at, parked_on, last_error, updated_at from ${schema}.deliveries order by seq`,
    `select target, number, a.started_at, ended_at, outcome, error from ${schema}.attempts a
      join ${schema}.deliveries d on d.id = a.delivery_id order by d.seq, number`,
    `select * from ${schema}.counters order by name`,
    `select * from ${app}.paid order by id`,
    `select * from ${app}.seen order by who`,
    `select * from ${app}.children order by id`,
  ]
  const lines: string[] = []
  for (const select of selects) {
    const { rows } = await client.query(select)
    lines.push(...rows.map((row) => JSON.stringify(row).replaceAll(schema, 'hookline')))
  }
  return lines
}

async function withNames({ schema }: Opened, lines: readonly string[]): Promise<string[]> {
  const { rows } = await client.query(`select id, event_id, target from ${schema}.deliveries`)
  const names = new Map<string, string>()
  for (const { id, event_id, target } of rows) {
    names.set(id, target)
    names.set(event_id, String(target).split('-')[0] ?? '')
  }
  return lines.map((line) => line.replace(/(?:dlv|evt)_\w{26}/g, (id) => names.get(id) ?? id))
}

async function gapsOf({ schema }: Opened): Promise<number> {
  const { rows } = await client.query(
    `select max(cursor) - min(cursor) + 1 - count(*) as gaps from ${schema}.changes`,
  )
  return Number(rows[0]?.gaps)
}

for (const hasSql of [true, true, false]) {
  const title = `random groups ${hasSql ? 'with' : 'without'} SQL leave what one by one leaves`
  test(`${title} (SEED=${seed})`, async () => {
    const sets = await open()
    const single = await open()
    const options = { seed, hasSql }
    expect(await history(sets, inSets, options)).toEqual(await history(single, oneByOne, options))
    // What a handler wrote before its SQL was refused leaves a gap, however it is settled.
    if (!hasSql) expect(await gapsOf(sets)).toBe(0)
  }, 60_000)
}

test('settlements that arrive together are one fence and one write for each table', async () => {
  const { storage, engine } = await open()
  await storage.acceptEvents(Array.from({ length: 20 }, (_, i) => newEvent(`k${i}`)))
  const leases = await claim(storage, { limit: 20 })
  const settlement = { outcome: 'done', reads: [], effects: [] } as const
  const program = settleDeliveriesAtOnce
  let steps = 0
  const settled = await engine.transact(function* (context) {
    const inner = program(
      context,
      leases.map((lease) => ({ lease, settlement })),
    )
    let step = inner.next([])
    while (!step.done) {
      steps++
      step = inner.next(yield step.value)
    }
    return step.value
  })
  expect(settled).toEqual(leases.map(() => ({ result: 'settled' })))
  expect(steps).toBe(2)
})
