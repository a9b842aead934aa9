/**
 * A worker that stands still past its lease, as in a long garbage collection or a suspended
 * machine.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { admin } from '../../src/client/admin.ts'
import { check, read } from './checker.ts'
import { post } from './load.ts'
import { endApps, launchApp, type RunningApp } from './running-app.ts'
import { type AppSettings, adminKey, type Control } from './settings.ts'
import { drained, stopApp } from './stop.ts'
import { stripeEvent } from './stripe-event.ts'
import { until } from './until.ts'

const isLong = process.env.HOOKLINE_LONG === '1'
const pauses = isLong ? 500 : 10
const pausesOfControl = 3
const leaseMs = 400
/** Long enough to be paused in, short enough to end before its lease would. */
const handlerMs = '250'
const takenOverWithinMs = 6_000
const limitMs = (pauses: number) => 60_000 + pauses * 10_000

const directory = mkdtempSync(join(tmpdir(), 'hookline-pause-'))
const agent = new Agent({ keepAlive: true })

afterEach(endApps)
afterAll(() => {
  agent.destroy()
  rmSync(directory, { recursive: true })
})

/** The apps on one file, what each has begun, and what was sent to them. */
interface Pair {
  readonly settings: AppSettings
  readonly apps: readonly RunningApp[]
  readonly urls: readonly string[]
  /** `e1 2`: the second attempt of e1, and which app began it. */
  readonly begun: Map<string, number>
  readonly sent: Set<string>
}

async function launch(name: string, apps: number, control?: Control): Promise<Pair> {
  const database = join(directory, `${name}.db`)
  const settings = { database, leaseMs, isTraced: true, ...(control ? { control } : {}) }
  const begun = new Map<string, number>()
  const launched = Array.from({ length: apps }, (_, index) => {
    const app = launchApp(settings)
    app.onLine((line) => {
      if (line.startsWith('begun ')) begun.set(line.slice('begun '.length), index)
    })
    return app
  })
  const urls = await Promise.all(launched.map(({ ready }) => ready))
  return { settings, apps: launched, urls, begun, sent: new Set() }
}

/** Sends an event and pauses the app that runs it, while it runs. */
async function pauseInHandler(pair: Pair, id: string): Promise<RunningApp> {
  pair.sent.add(id)
  const url = pair.urls[pair.sent.size % pair.urls.length]
  const event = stripeEvent(id, { handlerMs, account: 'a0' })
  expect(await post(`${url}/webhooks/stripe`, event, agent)).toBe(200)
  await until(`${id} is begun`, () => pair.begun.has(`${id} 1`))
  const holder = pair.apps[pair.begun.get(`${id} 1`) ?? 0] as RunningApp // an index of the list
  holder.signal('SIGSTOP')
  return holder
}

/**
 * True where the other app took over what the paused one ran. Not where the pause came too late,
 * or in the middle of a transaction, which holds the file until the process goes on.
 */
async function pauseOnce(pair: Pair, id: string): Promise<boolean> {
  const holder = await pauseInHandler(pair, id)
  const isTakenOver = await until(
    `${id} is handled by the other app`,
    () => effectsOf(pair, id) > 0,
    takenOverWithinMs,
  ).then(
    () => pair.begun.has(`${id} 2`),
    () => false,
  )
  holder.signal('SIGCONT')
  if (isTakenOver) await until(`the paused app has come back`, () => hasComeBack(pair, id))
  return isTakenOver
}

function hasComeBack(pair: Pair, id: string): boolean {
  return outcomesOf(pair, id)[0] === 'fenced' || effectsOf(pair, id) > 1
}

function effectsOf({ settings }: Pair, id: string): number {
  return read(settings.database, 'select 1 from effects where event_id = ?', id).length
}

function outcomesOf({ settings }: Pair, id: string): unknown[] {
  return read(
    settings.database,
    `select outcome from attempts join deliveries on deliveries.id = delivery_id
      join events on events.id = event_id where dedupe_key = ? order by number`,
    id,
  )
}

async function pauseOften(pair: Pair, times: number): Promise<string[]> {
  const takenOver: string[] = []
  for (let i = 0; takenOver.length < times && i < times * 2; i++) {
    if (await pauseOnce(pair, `e${i}`)) takenOver.push(`e${i}`)
  }
  await drained(pair.settings.database)
  return takenOver
}

test(`${pauses} times a worker paused past its lease commits nothing of what another took over`, {
  timeout: limitMs(pauses),
}, async () => {
  const pair = await launch('pair', 2)
  const takenOver = await pauseOften(pair, pauses)
  expect(takenOver).toHaveLength(pauses)
  for (const id of takenOver) expect(outcomesOf(pair, id)).toEqual(['fenced', 'done'])
  const stats = await admin(pair.urls[0] ?? '', { key: adminKey }).stats()
  for (const app of pair.apps) await stopApp(app)
  const found = check(pair.settings.database, { sent: pair.sent, acknowledged: pair.sent })
  expect(found.faults).toEqual({})
  expect(stats).toMatchObject({ fenced: found.fenced })
  console.log(`paused ${pair.sent.size}, taken over ${takenOver.length}, fenced ${found.fenced}`)
  // Each stale attempt is counted once.
  const fenced = [...pair.sent].flatMap((id) => outcomesOf(pair, id)).filter((o) => o === 'fenced')
  expect(found.fenced).toBe(fenced.length)
})

test('the checker fails when the pause test runs with no fence', {
  timeout: limitMs(pausesOfControl),
}, async () => {
  const pair = await launch('pair without fence', 2, 'no fence')
  const takenOver = await pauseOften(pair, pausesOfControl)
  for (const app of pair.apps) await stopApp(app)
  const found = check(pair.settings.database, { sent: pair.sent, acknowledged: pair.sent })
  expect(found.faults.twice).toBe(takenOver.length)
  expect(takenOver.length).toBeGreaterThan(0)
})

test('a lone process paused past its lease comes back and applies the effect once', {
  timeout: limitMs(3),
}, async () => {
  const pair = await launch('alone', 1)
  for (const id of ['e0', 'e1', 'e2']) {
    const app = await pauseInHandler(pair, id)
    const paused = performance.now()
    await until('the lease is over', () => performance.now() > paused + 2 * leaseMs)
    expect(effectsOf(pair, id)).toBe(0)
    app.signal('SIGCONT')
    await drained(pair.settings.database)
    expect(outcomesOf(pair, id)).toEqual(['fenced', 'done'])
  }
  for (const app of pair.apps) await stopApp(app)
  const found = check(pair.settings.database, { sent: pair.sent, acknowledged: pair.sent })
  expect(found.faults).toEqual({})
  expect(found.fenced).toBe(3)
})
