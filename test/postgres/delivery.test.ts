/** Deliveries between processes: handed on, handed back, kept in order, and never to two. */
import { Agent } from 'node:http'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { post } from '../crash/load.ts'
import { endApps, type RunningApp } from '../crash/running-app.ts'
import type { AppSettings } from '../crash/settings.ts'
import { stopApp } from '../crash/stop.ts'
import { type EventOptions, stripeEvent } from '../crash/stripe-event.ts'
import { until } from '../crash/until.ts'
import { check } from './checker.ts'
import {
  ask,
  type Cluster,
  configure,
  createCluster,
  removeCluster,
  startCluster,
} from './cluster.ts'
import { drained, launchOn, newDatabase } from './processes.ts'

const isLong = process.env.HOOKLINE_LONG === '1'
const events = isLong ? 5_000 : 300
const keys = 5
const leaseMs = 3_000
/** A busy machine is late; the lease itself is the larger part. */
const marginMs = 5_000
const limitMs = isLong ? 600_000 : 90_000

const agent = new Agent({ keepAlive: true })
let cluster: Cluster

beforeAll(async () => {
  cluster = await createCluster()
  await configure(cluster, ["deadlock_timeout = '100ms'"])
  await startCluster(cluster)
})
afterEach(endApps)
afterAll(async () => {
  agent.destroy()
  await removeCluster(cluster)
})

/** Two processes, and each line that they wrote, with the index of its process. */
interface Pair {
  readonly database: string
  readonly apps: readonly RunningApp[]
  readonly urls: readonly string[]
  readonly lines: { readonly by: number; readonly says: string; readonly at: number }[]
  readonly sent: Set<string>
}

async function launchPair(more: Partial<AppSettings> = {}): Promise<Pair> {
  const database = await newDatabase(cluster)
  const settings = { database, leaseMs, isTraced: true, ...more }
  const apps = [launchOn(cluster, settings), launchOn(cluster, settings)]
  const lines: Pair['lines'] = []
  for (const [by, app] of apps.entries()) {
    app.onLine((says) => void lines.push({ by, says, at: performance.now() }))
  }
  const urls = await Promise.all(apps.map(({ ready }) => ready))
  return { database, apps, urls, lines, sent: new Set() }
}

async function send(pair: Pair, id: string, options: EventOptions = {}): Promise<void> {
  pair.sent.add(id)
  const url = pair.urls[pair.sent.size % pair.urls.length]
  const answer = await post(`${url}/webhooks/stripe`, stripeEvent(id, options), agent)
  expect(answer).toBe(200)
}

async function expectSound({ database, apps, sent }: Pair): Promise<void> {
  await drained(database)
  for (const app of apps) if (!app.end()) await stopApp(app)
  const { faults, setAside } = await check(database, { sent, acknowledged: sent })
  expect({ faults, setAside }).toEqual({ faults: {}, setAside: 0 })
}

/** The process that runs the first attempt of the event. */
async function holderOf(pair: Pair, id: string): Promise<number> {
  const begun = () => pair.lines.find(({ says }) => says === `begun ${id} 1`)
  await until(`${id} is begun`, () => begun() !== undefined)
  return begun()?.by as number // it was found above
}

/** How long until the other process began the second attempt. */
async function takenOver(pair: Pair, id: string, holder: number): Promise<number> {
  const since = performance.now()
  const again = () => pair.lines.find(({ says }) => says === `begun ${id} 2`)
  await until(`${id} runs elsewhere`, () => again() !== undefined, leaseMs + marginMs)
  expect(again()?.by).toBe(1 - holder)
  return Math.round(performance.now() - since)
}

test('what a killed process was running runs elsewhere once its lease is over', {
  timeout: limitMs,
}, async () => {
  const pair = await launchPair()
  await send(pair, 'e1', { does: 'hang for ever', times: '1' })
  const holder = await holderOf(pair, 'e1')
  pair.apps[holder]?.signal('SIGKILL')
  const ms = await takenOver(pair, 'e1', holder)
  console.log(`Taken over from a killed process after ${ms} ms, with a lease of ${leaseMs} ms`)
  await expectSound(pair)
})

test('what a process was running that is told to stop runs elsewhere at once', {
  timeout: limitMs,
}, async () => {
  const longLeaseMs = 60_000
  const pair = await launchPair({ leaseMs: longLeaseMs, handlerMsMax: longLeaseMs, graceMs: 100 })
  await send(pair, 'e1', { does: 'hang until it is told to stop', times: '1' })
  const holder = await holderOf(pair, 'e1')
  pair.apps[holder]?.signal('SIGTERM')
  const ms = await takenOver(pair, 'e1', holder)
  console.log(`Taken over from a stopped process after ${ms} ms`)
  await expectSound(pair)
})

test('events with one order key are handled one at a time and in order across processes', {
  timeout: limitMs,
}, async () => {
  const pair = await launchPair({ leaseMs: 20_000 })
  const each = Math.ceil(events / 5 / keys)
  const lines = Array.from({ length: keys }, async (_, key) => {
    for (let i = 0; i < each; i++) {
      await send(pair, `k${key}-${i}`, { ordered: `k${key}`, handlerMs: '10' })
    }
  })
  await Promise.all(lines)
  await drained(pair.database)
  for (let key = 0; key < keys; key++) {
    const { rows } = await ask(
      pair.database,
      `select attempts.started_at, ended_at, dedupe_key from hookline.attempts
        join hookline.deliveries on deliveries.id = delivery_id
        join hookline.events on events.id = event_id
        where order_key = $1 order by attempts.started_at, ended_at`,
      [`k${key}`],
    )
    expect(rows.map((row) => row.dedupe_key)).toEqual(Array.from(rows, (_, i) => `k${key}-${i}`))
    const early = rows.filter((row, i) => Number(row.started_at) < Number(rows[i - 1]?.ended_at))
    expect(early).toEqual([])
  }
  expect(new Set(pair.lines.map(({ by }) => by))).toEqual(new Set([0, 1]))
  await expectSound(pair)
})

test('a delivery is begun by one process, once', { timeout: limitMs }, async () => {
  const pair = await launchPair({ leaseMs: 20_000 })
  const ids = Array.from({ length: events }, (_, i) => `e${i}`).values()
  const lines = Array.from({ length: 20 }, async () => {
    for (const id of ids) await send(pair, id)
  })
  await Promise.all(lines)
  await drained(pair.database)
  const begun = pair.lines.filter(({ says }) => says.startsWith('begun '))
  const wanted = Array.from({ length: events }, (_, i) => `begun e${i} 1`)
  expect(begun.map(({ says }) => says).sort()).toEqual(wanted.sort())
  expect(new Set(begun.map(({ by }) => by))).toEqual(new Set([0, 1]))
  await expectSound(pair)
})

/** Between the two rows that a handler updates there is time for another to get in its way. */
const slowCountsSql = `insert into counts (id, n) values ('a', 0), ('b', 0);
  create function take_time() returns trigger language plpgsql as $$
    begin perform pg_sleep(0.02); return new; end $$;
  create trigger take_time after update on counts for each row execute function take_time()`

async function deadlocks({ database }: Pair): Promise<number> {
  const { rows } = await ask(
    database,
    'select deadlocks::int as n from pg_stat_database where datname = current_database()',
  )
  return rows[0].n
}

test('handlers that update the same rows in opposite order all commit in their first attempt', {
  timeout: limitMs,
}, async () => {
  const pair = await launchPair({ leaseMs: 20_000, concurrency: 2 })
  await ask(pair.database, slowCountsSql)
  const handled = events / 3
  const ids = Array.from({ length: handled }, (_, i) => i).values()
  const lines = Array.from({ length: 20 }, async () => {
    for (const i of ids) await send(pair, `e${i}`, { locks: i % 2 === 0 ? 'a b' : 'b a' })
  })
  await Promise.all(lines)
  await drained(pair.database)
  const { rows } = await ask(pair.database, 'select id, n from counts order by id')
  expect(rows).toEqual([
    { id: 'a', n: handled },
    { id: 'b', n: handled },
  ])
  const { rows: attempts } = await ask(
    pair.database,
    'select outcome, number, count(*)::int as n from hookline.attempts group by 1, 2',
  )
  expect(attempts).toEqual([{ outcome: 'done', number: 1, n: handled }])
  await until('a deadlock was counted', async () => (await deadlocks(pair)) > 0)
  console.log(`Deadlocks that ${handled} handlers met: ${await deadlocks(pair)}`)
  await expectSound(pair)
})
