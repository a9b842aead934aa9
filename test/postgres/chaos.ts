/**
 * The rounds of the chaos test: processes behind a proxy on one server, load on them, and in each
 * round one thing goes wrong. After the last round the queue is drained and the checker looks.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { between, type Random, seededRandom, shuffle } from '../../src/base/testing/random.ts'
import { admin } from '../../src/client/admin.ts'
import type { Findings } from '../crash/checker.ts'
import { finishLoad, type Load, startLoad } from '../crash/load.ts'
import { adminKey, type Control } from '../crash/settings.ts'
import { stopApp } from '../crash/stop.ts'
import type { EventOptions } from '../crash/stripe-event.ts'
import type { Chaos, Slot } from './chaos-run.ts'
import { check } from './checker.ts'
import { type Cluster, urlOf } from './cluster.ts'
import { openDatabaseProxy } from './database-proxy.ts'
import { type Mishap, mishaps } from './mishaps.ts'
import { drained, launchOn, newDatabase } from './processes.ts'

const leaseMs = 1_500
const connections = 12
const pauseMsMax = 60
const eventsMax = 200_000
const accounts = 40
const handlerMsMax = 200
const betweenMishapsMs = { min: 100, max: 700 }

export interface ChaosOptions {
  readonly cluster: Cluster
  readonly seed: number
  readonly processes: number
  /** Each is done at least once, in an order of the seed, until so many rounds are over. */
  readonly mishaps: readonly Mishap[]
  readonly rounds: number
  readonly control?: Control
}

export interface ChaosReport extends Findings {
  readonly done: Readonly<Record<string, number>>
  readonly answers: ReadonlyMap<number | 'none', number>
  readonly commitsCut: number
  readonly backMs: readonly number[]
  readonly refusedMs: readonly number[]
  readonly died: readonly string[]
}

export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const run = await begin(options)
  try {
    const done = await rounds(run, options)
    await drain(run)
    const { load, proxy, backMs, refusedMs, died } = run
    const findings = await check(run.direct, load)
    const { answers } = load
    return { ...findings, done, answers, commitsCut: proxy.cut(), backMs, refusedMs, died }
  } finally {
    run.isOver = true
    await run.proxy.close()
  }
}

async function begin({ cluster, seed, processes, control }: ChaosOptions): Promise<Chaos> {
  const direct = await newDatabase(cluster)
  const proxy = await openDatabaseProxy(cluster.port)
  const database = urlOf(proxy, new URL(direct).pathname.slice(1))
  const slots: Slot[] = []
  const run: Chaos = {
    cluster,
    direct,
    proxy,
    settings: { database, leaseMs, ...(control ? { control } : {}) },
    random: seededRandom(seed),
    slots,
    load: loadOn(slots, seededRandom(seed + 1)),
    backMs: [],
    refusedMs: [],
    died: [],
    isOver: false,
  }
  for (let i = 0; i < processes; i++) slots.push(launchSlot(run))
  await Promise.all(slots.map(({ app }) => app.ready))
  return run
}

function launchSlot(run: Chaos): Slot {
  const slot: Slot = { app: launchOn(run.cluster, run.settings), url: undefined }
  keepRunning(run, slot)
  return slot
}

/** As a supervisor does: a process that ended, by whatever, is started again. */
function keepRunning(run: Chaos, slot: Slot): void {
  slot.app.ready
    .then((url) => {
      slot.url = url
    })
    .catch(() => {}) // it ended before, which is seen below
  void slot.app.ended.then(({ code }) => {
    // Before it is ready it may give up, because the database is down; after that it may not.
    if (slot.url !== undefined && code !== null && !run.isOver) run.died.push(...slot.app.said)
    slot.url = undefined
    if (run.isOver) return
    slot.app = launchOn(run.cluster, run.settings)
    keepRunning(run, slot)
  })
}

function loadOn(slots: readonly Slot[], random: Random): Load {
  const eventOptions = (index: number): EventOptions => ({
    handlerMs: String((index * 7) % handlerMsMax),
    // Without an account the fence alone refuses a stale attempt.
    ...(index % 2 === 0 ? { account: `a${index % accounts}` } : {}),
  })
  const target = () => {
    const urls = slots.flatMap(({ url }) => url ?? [])
    return urls[between(random, 0, urls.length - 1)]
  }
  return startLoad({ target, random, connections, eventsMax, pauseMsMax, eventOptions })
}

async function rounds(run: Chaos, options: ChaosOptions): Promise<Record<string, number>> {
  const done: Record<string, number> = {}
  let left: Mishap[] = []
  for (let round = 0; round < options.rounds; round++) {
    if (left.length === 0) left = shuffle(options.mishaps, run.random)
    const mishap = left.pop() as Mishap // the list was filled above, and is never empty
    await sleep(between(run.random, betweenMishapsMs.min, betweenMishapsMs.max))
    await mishaps[mishap](run)
    done[mishap] = (done[mishap] ?? 0) + 1
  }
  return done
}

/** What is left: all is acknowledged, all is handled, and the processes stop by themselves. */
async function drain(run: Chaos): Promise<void> {
  await finishLoad(run.load)
  await drained(run.direct)
  const url = await (run.slots[0] as Slot).app.ready // there is one process at least
  await retryPoisoned(url)
  await drained(run.direct)
  run.isOver = true
  for (const { app } of run.slots) {
    await app.ready
    await stopApp(app)
  }
}

/** Parked because its process was killed three times while it ran. An operator retries it. */
async function retryPoisoned(url: string): Promise<void> {
  const { deliveries } = admin(url, { key: adminKey })
  const { data } = await deliveries.list({ state: 'parked', limit: 200 })
  for (const { id } of data) await deliveries.retry(id)
}
