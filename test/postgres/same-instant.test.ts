/** Every id sent to all processes at the same instant: stored once, handled once. */
import { Agent } from 'node:http'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Findings } from '../crash/checker.ts'
import { post } from '../crash/load.ts'
import { endApps } from '../crash/running-app.ts'
import type { Control } from '../crash/settings.ts'
import { stopApp } from '../crash/stop.ts'
import { stripeEvent } from '../crash/stripe-event.ts'
import { check } from './checker.ts'
import { type Cluster, createCluster, removeCluster, startCluster } from './cluster.ts'
import { drained, launchOn, newDatabase } from './processes.ts'

const isLong = process.env.HOOKLINE_LONG === '1'
const ids = isLong ? 20_000 : 1_000
const idsOfControl = 100
/** Ids under way at the same time, each to all processes. */
const linesMax = 25
const limitMs = isLong ? 900_000 : 120_000

const table: object[] = []
let cluster: Cluster

beforeAll(async () => {
  cluster = await createCluster()
  await startCluster(cluster)
})
afterEach(endApps)
afterAll(async () => {
  await removeCluster(cluster)
  console.table(table)
})

interface Race extends Findings {
  readonly answers: Set<number | undefined>
}

async function race(processes: number, count: number, control?: Control): Promise<Race> {
  const database = await newDatabase(cluster)
  const settings = { database, leaseMs: 5_000, ...(control ? { control } : {}) }
  const apps = Array.from({ length: processes }, () => launchOn(cluster, settings))
  const urls = await Promise.all(apps.map(({ ready }) => ready))
  const agents = urls.map(() => new Agent({ keepAlive: true }))
  const answers = new Set<number | undefined>()
  const left = Array.from({ length: count }, (_, i) => `e${i}`).values()
  const lines = Array.from({ length: linesMax }, async () => {
    for (const id of left) {
      const event = stripeEvent(id)
      const posts = urls.map((url, i) => post(`${url}/webhooks/stripe`, event, agents[i] as Agent))
      for (const answer of await Promise.all(posts)) answers.add(answer)
    }
  })
  await Promise.all(lines)
  for (const agent of agents) agent.destroy()
  await drained(database)
  for (const app of apps) await stopApp(app)
  const sent = new Set(Array.from({ length: count }, (_, i) => `e${i}`))
  const findings = await check(database, { sent, acknowledged: sent })
  const { storedTwice = 0, twice = 0, missing = 0 } = findings.faults
  table.push({ processes, control, ids: count, storedTwice, twice, missing })
  return { ...findings, answers }
}

test.each([2, 4])(
  `%i processes store and handle each of ${ids} ids once`,
  {
    timeout: limitMs,
  },
  async (processes) => {
    const { faults, answers } = await race(processes, ids)
    expect({ faults, answers: [...answers] }).toEqual({ faults: {}, answers: [200] })
  },
)

test('without the unique key ids are stored and handled twice', { timeout: limitMs }, async () => {
  const { faults } = await race(2, idsOfControl, 'no unique index')
  expect(faults.storedTwice).toBeGreaterThan(idsOfControl / 2)
  expect(faults.twice).toBeGreaterThan(idsOfControl / 2)
})
