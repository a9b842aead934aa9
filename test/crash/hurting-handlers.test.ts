/**
 * Handlers that throw, hang, lie or take the process with them hurt their own event and no other.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { seed, seededRandom } from '../../src/base/testing/random.ts'
import { check, openDeliveries, read } from './checker.ts'
import { type Load, startLoad } from './load.ts'
import type { Misbehaviour } from './misbehaviour.ts'
import { endApps, launchApp, type RunningApp } from './running-app.ts'
import type { AppSettings } from './settings.ts'
import { drained, stopApp } from './stop.ts'
import { until } from './until.ts'

const limitMs = 90_000
const launchesMax = 30
/** Before the events that hurt, and as many behind them. */
const harmless = 25
const errorCharactersMax = 8_000

const directory = mkdtempSync(join(tmpdir(), 'hookline-hurt-'))

afterEach(endApps)
afterAll(() => rmSync(directory, { recursive: true }))

interface Run {
  readonly database: string
  readonly load: Load
  /** The provider's id of the event whose handler does this. */
  readonly idOf: (does: Misbehaviour) => string
}

const settingsOf = (name: string): AppSettings => ({
  database: join(directory, `${name}.db`),
  leaseMs: 300,
  attemptsMax: 3,
})

/** Sends one event for each behaviour, among events that do no harm. */
function sendAll(
  { database }: AppSettings,
  target: () => string | undefined,
  hurting: readonly Misbehaviour[],
): Run {
  const load = startLoad({
    target,
    random: seededRandom(seed),
    connections: 4,
    eventsMax: harmless + hurting.length + harmless,
    pauseMsMax: 2,
    eventOptions: (index) => {
      const does = hurting[index - harmless]
      return does ? { does } : { account: `a${index}`, handlerMs: '5' }
    },
  })
  return { database, load, idOf: (does) => `e${harmless + hurting.indexOf(does)}` }
}

const effectsOf = ({ database }: Run, id: string) =>
  read(database, 'select 1 from effects where event_id = ?', id).length

const effectsOfAll = ({ database }: Run) => read(database, 'select 1 from effects').length

/** What a column of its delivery says. */
function deliveryOf({ database }: Run, id: string, column: string): unknown {
  return read(
    database,
    `select deliveries.${column} from deliveries join events on events.id = event_id
      where dedupe_key = ?`,
    id,
  )[0]
}

const failing: Misbehaviour[] = [
  'throw an error',
  'reject with an error',
  'throw a text',
  'throw undefined',
  'throw null',
  'throw what can not be shown',
  'throw an error whose stack throws',
  'throw a megabyte of text',
  'ask for SQL that the database refuses',
  'ask for a document that is none',
]
const odd: Misbehaviour[] = ['return garbage', 'return a function']

test(`a handler that fails in any way has no effect and is tried again (SEED=${seed})`, {
  timeout: limitMs,
}, async () => {
  const settings = settingsOf('failing')
  const app = launchApp(settings)
  const url = await app.ready
  const run = sendAll(settings, () => url, [...failing, ...odd])
  await run.load.done
  await drained(settings.database)
  expect(app.end()).toBeUndefined()
  await stopApp(app)
  expect(check(settings.database, run.load).faults).toEqual({})
  expect(effectsOfAll(run)).toBe(2 * harmless + odd.length)
  for (const does of failing) {
    const of = (column: string) => deliveryOf(run, run.idOf(does), column)
    expect([does, of('state'), of('attempts')]).toEqual([does, 'failed', 3])
    expect([does, effectsOf(run, run.idOf(does))]).toEqual([does, 0])
    const { length } = String(of('last_error') ?? '')
    expect([does, length > 0 && length <= errorCharactersMax]).toEqual([does, true])
  }
})

const hanging: Misbehaviour[] = [
  'hang for ever',
  'hang until it is told to stop',
  'go on after its time limit',
]

test(`handlers that hang are told to stop, and others go on (SEED=${seed})`, {
  timeout: limitMs,
}, async () => {
  const settings = { ...settingsOf('hanging'), concurrency: 2, handlerMsMax: 700 }
  const app = launchApp(settings)
  const aborted: string[] = []
  app.onLine((line) => line.startsWith('aborted ') && aborted.push(line))
  const url = await app.ready
  const run = sendAll(settings, () => url, hanging)
  await until('the others are handled', () => effectsOfAll(run) === 2 * harmless)
  // Three hanging handlers on two slots, three attempts each: they are far from their end.
  expect(openDeliveries(settings.database)).toBeGreaterThan(0)
  await run.load.done
  await drained(settings.database)
  expect(aborted).toEqual(Array(3).fill(`aborted ${run.idOf('hang until it is told to stop')}`))
  expect(app.end()).toBeUndefined()
  await stopApp(app)
  expect(check(settings.database, run.load).faults).toEqual({})
  for (const does of hanging) {
    const of = (column: string) => deliveryOf(run, run.idOf(does), column)
    expect([does, of('state'), effectsOf(run, run.idOf(does))]).toEqual([does, 'failed', 0])
    expect(String(of('last_error'))).toContain('within 700 ms')
  }
  const outcomes = read(settings.database, 'select distinct outcome from attempts order by 1')
  expect(outcomes).toEqual(['done', 'timed_out'])
})

const killing: Misbehaviour[] = [
  'exit the process',
  'abort the process',
  'leave a rejection that nobody awaits',
]

test(`a handler that ends the process three times is parked as poison (SEED=${seed})`, {
  timeout: limitMs,
}, async () => {
  const settings = settingsOf('killing')
  const state: { url: string | undefined } = { url: undefined }
  const run = sendAll(settings, () => state.url, killing)
  const ends = await keepRunning(settings, run.load, (url) => {
    state.url = url
  })
  console.log(`ended ${ends.length} times: ${ends.join(', ')}`)
  expect(new Set(ends)).toEqual(new Set(['exit 0', 'SIGABRT', 'exit 1']))
  expect(check(settings.database, run.load)).toMatchObject({ faults: {}, setAside: killing.length })
  expect(effectsOfAll(run)).toBe(2 * harmless)
  for (const does of killing) {
    const of = (column: string) => deliveryOf(run, run.idOf(does), column)
    expect([does, of('state'), of('parked_on')]).toEqual([does, 'parked', 'hookline/poison'])
    expect([does, of('attempts'), effectsOf(run, run.idOf(does))]).toEqual([does, 3, 0])
  }
})

/**
 * As a supervisor does: starts the app again whenever it has ended, until all is sent and at rest.
 */
async function keepRunning(
  settings: AppSettings,
  load: Load,
  found: (url: string | undefined) => void,
): Promise<string[]> {
  const ends: string[] = []
  while (ends.length < launchesMax) {
    const app = launchApp(settings)
    app.ready.then(found, () => found(undefined))
    const rested = load.done.then(() => drained(settings.database)).then(() => app)
    if ((await Promise.race([app.ended, rested])) === app) {
      await stopApp(app)
      return ends
    }
    found(undefined)
    ends.push(endOf(app))
  }
  throw new Error(`Not at rest after ${ends.length} launches: ${ends.join(', ')}`)
}

function endOf(app: RunningApp): string {
  const { code, signal } = app.end() ?? {}
  return signal ?? `exit ${code}`
}

test('a rejection that nobody awaits is logged where the process goes on after it', {
  timeout: limitMs,
}, async () => {
  const settings = { ...settingsOf('rejecting'), isServed: true }
  const app = launchApp(settings)
  const url = await app.ready
  const run = sendAll(settings, () => url, ['leave a rejection that nobody awaits'])
  await run.load.done
  await drained(settings.database)
  expect(app.end()).toBeUndefined()
  expect(app.said.join('\n')).toContain('nothing handled a rejection')
  await stopApp(app)
  expect(check(settings.database, run.load)).toMatchObject({ faults: {}, setAside: 0 })
  expect(effectsOfAll(run)).toBe(2 * harmless + 1)
})
