/**
 * The rounds of the crash test: one or two apps on a file, load on them, `kill -9` at a random
 * moment, the next app on the same file. After the last round the queue is drained and the checker
 * looks at the file.
 */
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { between, type Random, seededRandom } from '../../src/base/testing/random.ts'
import { admin } from '../../src/client/admin.ts'
import { check, type Findings } from './checker.ts'
import { finishLoad, type Load, startLoad } from './load.ts'
import { launchApp, type RunningApp } from './running-app.ts'
import { type AppSettings, adminKey } from './settings.ts'
import { drained, stopApp } from './stop.ts'
import type { EventOptions } from './stripe-event.ts'
import { until } from './until.ts'

const killAfterMs = { min: 20, max: 1_500 }
/** After this part of the kills of a lone app, the index of the write-ahead log is gone too. */
const indexIsGone = 0.2
const connections = 16
const pauseMsMax = 30
const eventsPerRound = 400
const accounts = 40
const handlerMsMax = 30
/** Where apps are to stall, one event in so many makes its process stand still for four leases. */
const eventsPerStall = 40
const stallsMax = 8
/**
 * A busy machine has few answers between two kills; the last apps are given at least so many in
 * all.
 */
export const eventsMin = eventsPerStall * stallsMax
const sentWithinMs = 60_000

export interface Rounds {
  readonly rounds: number
  readonly seed: number
  readonly settings: AppSettings
  /** Processes on the one file; each round kills one of them. */
  readonly apps: number
  /** Of the rounds, this part is killed so soon after the launch that it may still be starting. */
  readonly killedAtStart: number
  /** Whether handlers make their process stand still past its lease. */
  readonly isStalling: boolean
}

export interface RoundsReport extends Findings {
  readonly rounds: number
  readonly killedAtStart: number
  /** From the launch to the line that says ready, the longest. */
  readonly readyMsMax: number
  readonly answers: ReadonlyMap<number | 'none', number>
}

interface Slot {
  app: RunningApp
  /** Undefined until it is ready. */
  url: string | undefined
}

interface State {
  readonly slots: Slot[]
  readonly readyMs: number[]
  killedAtStart: number
}

export async function killRounds(options: Rounds): Promise<RoundsReport> {
  const { rounds, settings } = options
  const state: State = { slots: [], readyMs: [], killedAtStart: 0 }
  for (let i = 0; i < options.apps; i++) state.slots.push(launch(state, settings))
  const load = loadOn(state, options)
  // Its own choices, not shared with the load, so that the seed gives the same kills each time.
  const random = seededRandom(options.seed)
  for (let round = 1; round <= rounds; round++) await killOne(state, options, random)
  await drain(state, settings, load)
  return {
    ...check(settings.database, load),
    rounds,
    killedAtStart: state.killedAtStart,
    readyMsMax: Math.round(Math.max(...state.readyMs)),
    answers: load.answers,
  }
}

function launch({ readyMs }: State, settings: AppSettings): Slot {
  const begun = performance.now()
  const slot: Slot = { app: launchApp(settings), url: undefined }
  slot.app.ready
    .then((url) => {
      slot.url = url
      readyMs.push(performance.now() - begun)
    })
    .catch(() => {}) // killed before it was ready; any other end is seen by whoever awaits `ready`
  return slot
}

function loadOn({ slots }: State, { rounds, seed, settings, isStalling }: Rounds): Load {
  const random = seededRandom(seed + 1)
  const eventOptions = (index: number): EventOptions => ({
    handlerMs: String((index * 7) % handlerMsMax),
    // Without an account: the version of a document that was read would refuse a stale attempt as
    // well.
    ...(isStalling && isStall(index)
      ? { does: 'stall the process', times: '1', stallMs: String(4 * settings.leaseMs) }
      : { account: `a${index % accounts}` }),
  })
  return startLoad({
    target: () => {
      const urls = slots.flatMap(({ url }) => url ?? [])
      return urls[between(random, 0, urls.length - 1)]
    },
    random,
    connections,
    eventsMax: rounds * eventsPerRound,
    pauseMsMax,
    eventOptions,
  })
}

function isStall(index: number): boolean {
  return index % eventsPerStall === eventsPerStall - 1 && index < eventsPerStall * stallsMax
}

async function killOne(state: State, options: Rounds, random: Random): Promise<void> {
  const { settings, killedAtStart } = options
  const index = between(random, 0, state.slots.length - 1)
  const slot = state.slots[index] as Slot // an index of the list
  if (random() >= killedAtStart) await slot.app.ready
  await sleep(between(random, killAfterMs.min, killAfterMs.max))
  if (slot.url === undefined) state.killedAtStart++
  slot.app.signal('SIGKILL')
  await slot.app.ended
  const isAlone = state.slots.length === 1
  if (isAlone && random() < indexIsGone) rmSync(`${settings.database}-shm`, { force: true })
  state.slots[index] = launch(state, settings)
}

/** What is left: all is acknowledged, all is handled, and the apps stop by themselves. */
async function drain({ slots }: State, { database }: AppSettings, load: Load): Promise<void> {
  const urls = await Promise.all(slots.map(({ app }) => app.ready))
  await until('enough events were sent', () => load.next >= eventsMin, sentWithinMs)
  await finishLoad(load)
  await drained(database)
  await retryPoisoned(urls[0] as string) // there is one app at least
  await drained(database)
  for (const { app } of slots) await stopApp(app)
}

/**
 * A delivery whose process was killed three times while it ran is parked as poison, rightly:
 * nothing tells it from one that kills the process. An operator retries it.
 */
async function retryPoisoned(url: string): Promise<void> {
  const { deliveries } = admin(url, { key: adminKey })
  const { data } = await deliveries.list({ state: 'parked', limit: 200 })
  for (const { id } of data) await deliveries.retry(id)
}
