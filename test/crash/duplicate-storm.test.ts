/**
 * A provider that repeats itself as fast as it can, to two processes on one file at the same time.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { seed, seededRandom, shuffle } from '../../src/base/testing/random.ts'
import { check, type Findings } from './checker.ts'
import { post } from './load.ts'
import { endApps, launchApp } from './running-app.ts'
import { drained, stopApp } from './stop.ts'
import { stripeEvent } from './stripe-event.ts'

const isLong = process.env.HOOKLINE_LONG === '1'
const repeatsOfOne = isLong ? 10_000 : 2_000
const ids = isLong ? 1_000 : 100
const repeatsOfEach = isLong ? 50 : 20
const connections = 50
const limitMs = isLong ? 600_000 : 90_000

const directory = mkdtempSync(join(tmpdir(), 'hookline-storm-'))

afterEach(endApps)
afterAll(() => rmSync(directory, { recursive: true }))

/** Sends the ids in this order, on all connections, to the two apps in turn. */
async function storm(
  name: string,
  order: readonly string[],
): Promise<Findings & { answers: Set<unknown> }> {
  const settings = { database: join(directory, `${name}.db`), leaseMs: 5_000 }
  const apps = [launchApp(settings), launchApp(settings)]
  const urls = await Promise.all(apps.map(({ ready }) => ready))
  const agent = new Agent({ keepAlive: true })
  const answers = new Set<unknown>()
  const left = order.entries()
  const lines = Array.from({ length: connections }, async () => {
    for (const [i, id] of left) {
      const url = `${urls[i % urls.length]}/webhooks/stripe`
      answers.add(await post(url, stripeEvent(id, { account: id }), agent))
    }
  })
  await Promise.all(lines)
  agent.destroy()
  await drained(settings.database)
  for (const app of apps) await stopApp(app)
  const sent = new Set(order)
  return { ...check(settings.database, { sent, acknowledged: sent }), answers }
}

test(`one event sent ${repeatsOfOne} times is stored and handled once`, {
  timeout: limitMs,
}, async () => {
  const { faults, sent, answers } = await storm('one', Array(repeatsOfOne).fill('e0'))
  expect({ faults, sent, answers: [...answers] }).toEqual({ faults: {}, sent: 1, answers: [200] })
})

test(`${ids} events sent ${repeatsOfEach} times each are handled once each (SEED=${seed})`, {
  timeout: limitMs,
}, async () => {
  const all = Array.from({ length: ids * repeatsOfEach }, (_, i) => `e${i % ids}`)
  const { faults, sent, answers } = await storm('many', shuffle(all, seededRandom(seed)))
  expect({ faults, sent, answers: [...answers] }).toEqual({ faults: {}, sent: ids, answers: [200] })
})
